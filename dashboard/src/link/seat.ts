import { mayPass, request, problemOf } from '../api/request.ts'
import type { SeatState } from '../api/shapes.ts'
import type { Painted } from './protocol.ts'

/**
 * This browser's seat at the desk: says every few seconds whether it can be heard and is live, and reports each alarm
 * that was truly painted, once for each press that begins its clocks (promise 11).
 */
export class Seat {
  readonly id: string
  known: SeatState | null = null
  readonly #reported = new Set<string>()
  readonly #waiting = new Map<string, Painted>()
  #sending = false

  constructor(id: string) {
    this.id = id
  }

  async beat(armed: boolean, streaming: boolean): Promise<'ok' | 'away' | 'signed-out'> {
    try {
      this.known = await request<SeatState>(`/api/seats/${this.id}`, { method: 'PUT', body: { armed, streaming } })
      return 'ok'
    } catch (thrown) {
      return problemOf(thrown).status === 401 ? 'signed-out' : 'away'
    }
  }

  async leave(): Promise<void> {
    this.known = null
    this.#reported.clear()
    this.#waiting.clear()
    await request(`/api/seats/${this.id}`, { method: 'DELETE' }).catch(() => {})
  }

  shown(alarm: Painted): void {
    const key = `${alarm.id} ${alarm.clockFrom}`
    if (this.#reported.has(key)) return
    this.#reported.add(key)
    this.#waiting.set(key, alarm)
    this.flush()
  }

  /** Sends what is waiting; what could not be sent stays for the next call. */
  flush(): void {
    if (this.#sending || this.#waiting.size === 0) return
    this.#sending = true
    void this.#send().finally(() => (this.#sending = false))
  }

  async #send(): Promise<void> {
    for (const [key, { id, presses, clockFrom }] of this.#waiting) {
      try {
        await request(`/api/alarms/${id}/shown`, {
          method: 'POST',
          body: { seatId: this.id, presses, clockFrom },
          key: `shown-${this.id}-${id}-${clockFrom}`,
        })
      } catch (thrown) {
        if (mayPass(problemOf(thrown))) return
      }
      this.#waiting.delete(key)
    }
  }
}
