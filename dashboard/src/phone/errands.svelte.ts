import { request } from '../api/request.ts'

export interface Errand {
  alarmId: string
  stepId: string
  elder: string | null
  address: string
  landmark: string
  since: string
  state: string
}

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
    const look = (): void => void (document.visibilityState === 'visible' && this.load())
    look()
    const timer = setInterval(look, EVERY_MS)
    return () => clearInterval(timer)
  }
}

export const errands = new Errands()
