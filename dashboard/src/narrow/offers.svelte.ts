import type { CaregiverRow } from '@anju/api/caregiver/schema'
import { request } from '../api/request.ts'
import { AreaTree } from '../area/areas.svelte.ts'

type Named = { id: string; name: string }

/** What a list can be narrowed to within one's scope. What may not be read is not offered. */
export class Offers {
  providers = $state.raw<readonly Named[]>([])
  caregivers = $state.raw<readonly CaregiverRow[]>([])
  readonly tree = new AreaTree()

  get areas(): readonly { id: string; name: string; depth: number }[] {
    return this.tree.items
  }

  async load(): Promise<void> {
    const all = <Row>(at: string): Promise<readonly Row[]> =>
      request<{ items: Row[] }>(at).then(
        ({ items }) => items,
        () => [],
      )
    const [providers, here, left] = await Promise.all([
      all<Named>('/api/providers?limit=1000'),
      all<CaregiverRow>('/api/caregivers?limit=1000'),
      all<CaregiverRow>('/api/caregivers?limit=1000&left=true'),
      this.tree.load(),
    ])
    this.providers = providers
    this.caregivers = [...here, ...left].toSorted((a, b) => a.name.localeCompare(b.name, 'zh-CN'))
  }
}
