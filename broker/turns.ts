import type { Limits } from './limits.ts'

type Wake = () => void

/**
 * Shares out the turns of the event loop among all connections. Each turn hands on so many packets and no more, so
 * that commits and acknowledgements come between; and while many publishes are being stored, connections that already
 * have some open wait. A connection with nothing open, as a button's, goes before all others.
 */
export class Turns {
  readonly #limits: Pick<Limits, 'turnPackets' | 'storingPackets'>
  readonly #first = new Set<Wake>()
  readonly #others = new Set<Wake>()
  #left: number
  #storing = 0
  #scheduled = false

  constructor(limits: Pick<Limits, 'turnPackets' | 'storingPackets'>) {
    this.#limits = limits
    this.#left = limits.turnPackets
  }

  /**
   * How many packets a connection with `open` publishes being stored may hand on now. With 0 it is woken when its
   * turn comes.
   */
  allow(wake: Wake, open: number): number {
    if (open === 0) {
      if (this.#left > 0) return this.#left
      this.#first.add(wake)
    } else {
      if (this.#left > 0 && this.#storing < this.#limits.storingPackets) return this.#left
      this.#others.add(wake)
    }
    this.#schedule()
    return 0
  }

  spent(packets: number): void {
    this.#left -= packets
    this.#schedule()
  }

  storing(): void {
    this.#storing++
  }

  settled(): void {
    this.#storing--
    if (this.#others.size > 0) this.#schedule()
  }

  #schedule(): void {
    if (this.#scheduled) return
    this.#scheduled = true
    setImmediate(this.#turn)
  }

  #turn = (): void => {
    this.#scheduled = false
    this.#left = this.#limits.turnPackets
    for (const wake of this.#first) {
      if (this.#left <= 0) break
      this.#first.delete(wake)
      wake()
    }
    for (const wake of this.#others) {
      if (this.#left <= 0 || this.#storing >= this.#limits.storingPackets) break
      this.#others.delete(wake)
      wake()
    }
    if (this.#first.size > 0 || (this.#others.size > 0 && this.#storing < this.#limits.storingPackets)) this.#schedule()
  }
}
