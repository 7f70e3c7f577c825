import { Intent } from '../api/intent.svelte.ts'
import { request } from '../api/request.ts'
import type { CallDetail, Problem } from '../api/shapes.ts'
import type { Ring } from '../alarm/steps.ts'
import { link } from '../link/link.svelte.ts'
import { liveCalls } from './live.svelte.ts'

const KEY = 'anju.dial'

/** How far the exchange has come with what it was asked: `asking` until it answered that it was. */
export type Dialling = 'asking' | 'asked' | 'ringing' | 'answered' | 'ended' | 'missed' | 'failed'
const told: readonly Dialling[] = ['asked', 'ringing', 'answered', 'ended', 'missed', 'failed']

interface Asked {
  alarmId: string
  state: Dialling
  callId: string | null
  problem: Problem | null
}

/** One choice for the seat: the exchange dials, or this machine's own telephone. And how each dialling goes. */
class Exchange {
  #wanted = $state(localStorage.getItem(KEY) === 'exchange')
  /** By alarm and whom. */
  #asked = $state.raw<ReadonlyMap<string, Asked>>(new Map())

  /** Whether there is a choice. */
  get there(): boolean {
    return liveCalls.dial && liveCalls.answers
  }
  get dials(): boolean {
    return this.there && this.#wanted
  }
  choose(exchange: boolean): void {
    this.#wanted = exchange
    localStorage.setItem(KEY, exchange ? 'exchange' : 'own')
  }

  /** How the last dialling to `whom` for this alarm goes. */
  of(alarmId: string, whom: string): Asked | undefined {
    return this.#asked.get(`${alarmId} ${whom}`)
  }

  async ask(alarmId: string, whom: string, ring: Ring): Promise<void> {
    const key = `${alarmId} ${whom}`
    const state = this.#asked.get(key)?.state
    if (state === 'asking' || state === 'asked' || state === 'ringing') return // it is under way
    this.#put(key, { alarmId, state: 'asking', callId: null, problem: null })
    const intent = new Intent()
    const answer = await intent.post<{ callId: string }>('/api/calls/dial', { ...ring, alarmId })
    if (answer === null) return this.#put(key, { alarmId, state: 'failed', callId: null, problem: intent.problem })
    this.#put(key, { alarmId, state: 'asked', callId: answer.callId, problem: null })
    await this.#read(key, answer.callId)
  }

  #put(key: string, asked: Asked): void {
    this.#asked = new Map([...this.#asked, [key, asked]])
  }

  /** What the exchange said last; nothing is lost where the stream was. */
  async #read(key: string, callId: string): Promise<void> {
    try {
      const { said } = await request<CallDetail>(`/api/calls/${callId}`)
      const state = told.find((one) => one === said.at(-1)?.event)
      const asked = this.#asked.get(key)
      if (state && asked?.callId === callId) this.#put(key, { ...asked, state })
    } catch {
      // The next word of the exchange, or the next reload, asks again.
    }
  }

  start(): () => void {
    const again = (callId?: unknown): void => {
      for (const [key, asked] of this.#asked) {
        if (asked.callId !== null && (callId === undefined || callId === asked.callId)) {
          void this.#read(key, asked.callId)
        }
      }
    }
    const stops = [
      link.onReload(() => again()),
      link.onEvent(({ name, data }) => name.startsWith('call.') && again(data['callId'])),
    ]
    return () => stops.forEach((stop) => stop())
  }
}

export const exchange = new Exchange()
