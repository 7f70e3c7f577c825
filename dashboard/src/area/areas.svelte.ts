import type { AreaRow } from '@anju/api/area/schema'
import { problemOf, request } from '../api/request.ts'
import type { Page, Problem } from '../api/shapes.ts'

export type TreeRow = AreaRow & { depth: number }

/** The areas within one's scope, each below its parent, brothers by name. */
export class AreaTree {
  items = $state.raw<readonly TreeRow[]>([])
  loaded = $state(false)
  problem = $state.raw<Problem | null>(null)

  /** Those a home can stand in: nothing lies below them. */
  get leaves(): readonly TreeRow[] {
    return this.items.filter(({ id }) => !this.items.some(({ parentId }) => parentId === id))
  }

  async load(): Promise<void> {
    try {
      this.items = treeOrder((await request<Page<AreaRow>>('/api/areas')).items)
      this.loaded = true
      this.problem = null
    } catch (thrown) {
      this.problem = problemOf(thrown)
    }
  }
}

function treeOrder(items: readonly AreaRow[]): TreeRow[] {
  const known = new Set(items.map(({ id }) => id))
  const below = Map.groupBy(items, ({ parentId }) => (parentId !== null && known.has(parentId) ? parentId : ''))
  const from = (parent: string, depth: number): TreeRow[] =>
    (below.get(parent) ?? [])
      .toSorted((a, b) => a.name.localeCompare(b.name, 'zh-CN'))
      .flatMap((area) => [{ ...area, depth }, ...from(area.id, depth + 1)])
  return from('', 0)
}
