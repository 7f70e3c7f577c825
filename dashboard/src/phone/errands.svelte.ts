import type { Errand } from '@anju/api/presence/schema'
import { request } from '../api/request.ts'
import { whileInSight } from './in-sight.ts'

/** How often a page in sight asks; the desk has telephoned as well. */
const EVERY_MS = 20_000

/** Where an alarm's desk asks the nearest caregiver to look in. */
class Errands {
  all = $state.raw<Errand[]>([])
  open = $derived(this.all.filter(({ state }) => state === 'asked'))

  async load(): Promise<void> {
    const found = await request<{ items: Errand[] }>('/api/errands').catch(() => null)
    if (found) this.all = found.items
  }

  /** Looks now and again while the page is in sight. */
  watch(): () => void {
    return whileInSight(() => this.load(), EVERY_MS)
  }
}

export const errands = new Errands()
