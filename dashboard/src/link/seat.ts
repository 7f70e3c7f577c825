import { mayPass, request, problemOf } from '../api/request.ts'
import type { SeatState } from '../api/shapes.ts'

/**
 * This browser's seat at the desk: says every few seconds whether it can be heard and is live, and reports each alarm
 * that was truly painted, once for each press (promise 11).
 */
export class Seat {
  readonly id: string
  known: SeatState | null = null
  readonly #reported = new Set<string>()
  readonly #waiting = new Map<string, { alarmId: string; presses: number }>()
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

  shown(alarmId: string, presses: number): void {
    const key = `${alarmId} ${presses}`
    if (this.#reported.has(key)) return
    this.#reported.add(key)
    this.#waiting.set(key, { alarmId, presses })
    this.flush()
  }

  /** Sends what is waiting; what could not be sent stays for the next call. */
  flush(): void {
    if (this.#sending || this.#waiting.size === 0) return
    this.#sending = true
    void this.#send().finally(() => (this.#sending = false))
  }

  async #send(): Promise<void> {
    for (const [key, { alarmId, presses }] of this.#waiting) {
      try {
        await request(`/api/alarms/${alarmId}/shown`, {
          method: 'POST',
          body: { seatId: this.id, presses },
          key: `shown-${this.id}-${alarmId}-${presses}`,
        })
      } catch (thrown) {
        if (mayPass(problemOf(thrown))) return
      }
      this.#waiting.delete(key)
    }
  }
}
