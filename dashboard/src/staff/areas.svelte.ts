import { request } from '../api/request.ts'
import type { Page, Problem } from '../api/shapes.ts'
import { problemOf } from '../api/request.ts'
import type { AreaRow } from './shapes.ts'

export type TreeRow = AreaRow & { depth: number }

/** The areas within one's scope, each below its parent. */
export class AreaTree {
  items = $state.raw<readonly TreeRow[]>([])
  loaded = $state(false)
  problem = $state.raw<Problem | null>(null)

  async load(): Promise<void> {
    this.problem = null
    try {
      this.items = treeOrder((await request<Page<AreaRow>>('/api/areas')).items)
      this.loaded = true
    } catch (thrown) {
      this.problem = problemOf(thrown)
    }
  }
}

function treeOrder(items: readonly AreaRow[]): TreeRow[] {
  const known = new Set(items.map(({ id }) => id))
  const from = (parent: string | null, depth: number): TreeRow[] =>
    items
      .filter(({ parentId }) => (parent === null ? parentId === null || !known.has(parentId) : parentId === parent))
      .flatMap((area) => [{ ...area, depth }, ...from(area.id, depth + 1)])
  return from(null, 0)
}
