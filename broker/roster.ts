import type { Session } from './session.ts'

/** Which connection is each device's current one. The newest accepted wins at once, before aedes has closed the older. */
export class Roster {
  readonly #current = new Map<string, Session>()
  readonly #undecided = new Set<Session>()
  #connections = 0

  get size(): number {
    return this.#current.size
  }

  current(deviceId: string): Session | undefined {
    return this.#current.get(deviceId)
  }

  deciding(session: Session): void {
    this.#undecided.add(session)
  }

  accept(session: Session): void {
    this.#undecided.delete(session)
    session.connection = ++this.#connections
    this.#current.set(session.deviceId, session)
  }

  /** Forgets an ended session and says whether it was still its device's current one. */
  leave(session: Session): boolean {
    this.#undecided.delete(session)
    if (this.#current.get(session.deviceId) !== session) return false
    this.#current.delete(session.deviceId)
    return true
  }

  /** Every connection that is, or is about to become, the device's. */
  of(deviceId: string): Session[] {
    const current = this.#current.get(deviceId)
    const undecided = [...this.#undecided].filter((session) => session.deviceId === deviceId)
    return current ? [current, ...undecided] : undecided
  }
}
