import { request } from '../api/request.ts'
import type { Page } from '../api/shapes.ts'
import type { AreaRow } from './shapes.ts'

/** The areas within one's scope as a tree written out: each below its parent, with its depth. */
class Areas {
  items = $state.raw<readonly (AreaRow & { depth: number })[]>([])

  /** Those a home can stand in. */
  get leaves(): readonly (AreaRow & { depth: number })[] {
    return this.items.filter(({ id }) => !this.items.some(({ parentId }) => parentId === id))
  }

  /** Where there are none to choose from, the choice is not shown: whatever is registered stands in one's own. */
  async load(): Promise<void> {
    try {
      const { items } = await request<Page<AreaRow>>('/api/areas')
      const top = Math.min(...items.map(depth))
      this.items = treeOrder(items).map((area) => ({ ...area, depth: depth(area) - top }))
    } catch {
      // the role may not read them: then there is nothing to choose
    }
  }
}

const depth = ({ path }: AreaRow): number => path.split('/').length

function treeOrder(items: readonly AreaRow[]): AreaRow[] {
  const known = new Set(items.map(({ id }) => id))
  const below = Map.groupBy(items, ({ parentId }) => (parentId !== null && known.has(parentId) ? parentId : ''))
  const from = (parent: string): AreaRow[] =>
    (below.get(parent) ?? [])
      .toSorted((a, b) => a.name.localeCompare(b.name, 'zh-CN'))
      .flatMap((area) => [area, ...from(area.id)])
  return from('')
}

export const areas = new Areas()
