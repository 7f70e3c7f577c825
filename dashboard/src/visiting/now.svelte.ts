import type { VisitNow } from '@anju/api/visit/now-schema'
import { may } from '@anju/domain/access/role'
import { mayPass, problemOf, request } from '../api/request.ts'
import { link } from '../link/link.svelte.ts'
import { session } from '../session/session.svelte.ts'

/** Several things happen to a visit at once when somebody taps; it is read once for all of them. */
const SOON_MS = 300
const READ_AGAIN_MS = 3_000

/** Who is in which home now, live: everywhere in the scope, or at one home or one elder's. */
export class VisitsNow {
  items = $state.raw<readonly VisitNow[]>([])
  loaded = $state(false)
  readonly inside = $derived(this.items.filter(({ state }) => state === 'in-service'))
  readonly coming = $derived(this.items.filter(({ state }) => state === 'on-the-way'))
  #query = ''
  #run = 0
  #later: ReturnType<typeof setTimeout> | undefined

  /** Reads and follows until the returned function is called; somebody who may not see visits sees none. */
  start(of: { home?: string; elder?: string } = {}): () => void {
    if (session.me === null || !may(session.me.role, 'read-visits')) return () => {}
    this.#query = new URLSearchParams(of).toString()
    void this.load()
    const stops = [
      link.onReload(() => void this.load()),
      link.onEvent(({ name, data }) => {
        const here = [of.home === data['homeId'], of.elder === data['elderId']]
        const any = of.home === undefined && of.elder === undefined
        if (name.startsWith('visit.') && (any || here.includes(true))) this.#soon(SOON_MS)
      }),
      () => clearTimeout(this.#later),
      () => this.#run++,
    ]
    return () => stops.forEach((stop) => stop())
  }

  async load(): Promise<void> {
    const run = ++this.#run
    try {
      const { items } = await request<{ items: VisitNow[] }>(`/api/visits/now?${this.#query}`)
      if (run !== this.#run) return
      this.items = items
      this.loaded = true
    } catch (thrown) {
      if (run === this.#run && mayPass(problemOf(thrown))) this.#soon(READ_AGAIN_MS)
    }
  }

  #soon(ms: number): void {
    clearTimeout(this.#later)
    this.#later = setTimeout(() => void this.load(), ms)
  }
}
