import { EventEmitter } from 'node:events'

/** A press that could not be stored yet, told to desks directly (promise 11). Never logged: it names a person. */
export interface Unstored {
  fact: string
  deviceId: string
  receivedAt: string
  elderName: string | null
  place: string
  areaPath: string
  /** True: withdrawn, it is stored by now and the log tells of it. */
  stored: boolean
}

/** A press that waits longer is told; a healthy commit takes milliseconds. */
export const TELL_AFTER_MS = 1000

/** The presses that wait for the database, and those who want to hear of them. */
export class UnstoredPresses {
  readonly #waiting = new Map<string, Unstored>()
  readonly #events = new EventEmitter<{ told: [Unstored] }>().setMaxListeners(100)

  /** Watches a press until `done` settles. */
  watch(press: Omit<Unstored, 'stored'>, done: Promise<unknown>): void {
    const timer = setTimeout(() => {
      const told = { ...press, stored: false }
      this.#waiting.set(press.fact, told)
      this.#events.emit('told', told)
    }, TELL_AFTER_MS)
    const withdraw = () => {
      clearTimeout(timer)
      if (this.#waiting.delete(press.fact)) this.#events.emit('told', { ...press, stored: true })
    }
    done.then(withdraw, withdraw)
  }

  /** Calls with every press that waits now, then with each change; returns how to stop. */
  listen(listener: (press: Unstored) => void): () => void {
    for (const press of this.#waiting.values()) listener(press)
    this.#events.on('told', listener)
    return () => this.#events.off('told', listener)
  }
}
