import type { Clock } from './clock.ts'
import type { Device } from './device.ts'

/** One fact's way: kept on a disk, answered for, named in a receipt. */
type Fate = { device: string; id: string; n: number; acknowledgedOn?: number; told?: 'stored' | (string & {}) }

export type Account = {
  sent: number
  acknowledged: number
  /** Named in a receipt as stored. */
  received: number
  /** Named in a receipt as rejected, by code. */
  rejected: Record<string, number>
  /** Acknowledged, and the link broke before the receipt could come: nothing speaks against them. */
  unproven: number
  /** Acknowledged over a link that lived on, and no receipt ever named them: the platform's promise is broken. */
  missing: string[]
}

const receiptWithinMs = 5_000

/** Keeps count of what devices were asked to send and what the platform said about it. */
export class Ledger {
  readonly #fates: Fate[] = []
  readonly #links = new Map<string, number>()
  readonly #devices: Device[] = []

  watch(device: Device): void {
    this.#devices.push(device)
    const own: Fate[] = []
    this.#links.set(device.id, 0)
    device.events.on('offline', () => this.#links.set(device.id, this.#link(device.id) + 1))
    device.events.on('kept', ({ type, id, n }) => {
      if (type === 'ack') return
      const fate: Fate = { device: device.id, id, n }
      own.push(fate)
      this.#fates.push(fate)
    })
    device.events.on('acknowledged', (item) => {
      // Numbers begin anew with a new battery: the newest fact of that number is meant.
      const fate = own.findLast((each) => each.n === item.n && each.id === item.id)
      if (fate) fate.acknowledgedOn = this.#link(device.id)
    })
    device.events.on('receipt', ({ ids, rejected }) => {
      const tell = (id: string | null, what: string): void => {
        // A receipt comes over the link of its message; with a new battery ids are used again, and the newest is meant.
        const link = this.#link(device.id)
        const meant = (each: Fate): boolean => each.id === id && (each.acknowledgedOn ?? link) === link
        const fate = own.findLast((each) => meant(each) && each.told === undefined)
        if (fate) fate.told = what
      }
      for (const id of ids) tell(id, 'stored')
      for (const { id, code } of rejected) tell(id, code)
    })
  }

  /** Waits a little for receipts that are still under way, then adds up. */
  async account(clock: Clock): Promise<Account> {
    const enough = new AbortController()
    const late = clock.sleep(receiptWithinMs, enough.signal).then(() => enough.abort())
    while (this.#missing().length > 0 && !enough.signal.aborted) {
      await Promise.race([late, ...this.#devices.map((device) => changeOf(device, enough.signal))])
    }
    enough.abort()
    const missing = this.#missing()
    const acknowledged = this.#fates.filter((fate) => fate.acknowledgedOn !== undefined)
    const rejected: Record<string, number> = {}
    for (const { told } of this.#fates) {
      if (told !== undefined && told !== 'stored') rejected[told] = (rejected[told] ?? 0) + 1
    }
    return {
      sent: this.#fates.length,
      acknowledged: acknowledged.length,
      received: this.#fates.filter((fate) => fate.told === 'stored').length,
      rejected,
      unproven: acknowledged.filter((fate) => fate.told === undefined).length - missing.length,
      missing: missing.map((fate) => `${fate.device} ${fate.id}`),
    }
  }

  #missing(): Fate[] {
    return this.#fates.filter((fate) => fate.told === undefined && fate.acknowledgedOn === this.#link(fate.device))
  }

  #link(device: string): number {
    return this.#links.get(device) ?? 0
  }
}

function changeOf(device: Device, enough: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      device.events.off('change', done)
      enough.removeEventListener('abort', done)
      resolve()
    }
    device.events.on('change', done)
    enough.addEventListener('abort', done, { once: true })
  })
}
