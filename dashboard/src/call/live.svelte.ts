import { may } from '@anju/domain/access/role'
import { problemOf, request } from '../api/request.ts'
import type { LiveCalls, Problem } from '../api/shapes.ts'
import { link } from '../link/link.svelte.ts'
import { session } from '../session/session.svelte.ts'

/** A call that rings too long without a word of its exchange is no longer one: asked anew while any is under way. */
const AGAIN_MS = 15_000

export type LiveCall = LiveCalls['items'][number]

/** The calls under way, as every page of a seat knows them. */
class LiveCallsState {
  items = $state.raw<readonly LiveCall[]>([])
  unfiled = $state(0)
  /** Whether an exchange tells of calls, and dials for us. */
  hook = $state(false)
  dial = $state(false)
  loaded = $state(false)
  problem = $state.raw<Problem | null>(null)
  /** Calls whose bar somebody put away here. */
  #later = $state.raw<ReadonlySet<string>>(new Set())
  #reading = false
  #again = false

  get answers(): boolean {
    return session.me !== null && may(session.me.role, 'answer-calls')
  }
  get ringing(): readonly LiveCall[] {
    return this.items.filter(
      ({ id, state, direction }) => state === 'ringing' && direction === 'in' && !this.#later.has(id),
    )
  }

  later(id: string): void {
    this.#later = new Set([...this.#later, id])
  }

  async load(): Promise<void> {
    if (session.me === null || !may(session.me.role, 'read-calls')) return this.#forget()
    if (this.#reading) {
      this.#again = true
      return
    }
    this.#reading = true
    try {
      const { items, unfiled, hook, dial } = await request<LiveCalls>('/api/calls/live')
      Object.assign(this, { items, unfiled, hook, dial, loaded: true, problem: null })
    } catch (thrown) {
      this.problem = problemOf(thrown)
    } finally {
      this.#reading = false
    }
    if (!this.#again) return
    this.#again = false
    await this.load()
  }

  #forget(): void {
    Object.assign(this, { items: [], unfiled: 0, loaded: false })
  }

  start(): () => void {
    const timer = setInterval(() => this.items.length > 0 && void this.load(), AGAIN_MS)
    const stops = [
      link.onReload(() => void this.load()),
      link.onEvent(({ name }) => name.startsWith('call.') && void this.load()),
      () => clearInterval(timer),
    ]
    return () => stops.forEach((stop) => stop())
  }
}

export const liveCalls = new LiveCallsState()
