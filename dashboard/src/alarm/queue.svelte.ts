import { alarms } from './alarms.svelte.ts'
import { arranged, type QueueItem } from './order.ts'

/** The queue as drawn. Nothing jumps under a pointer or away from the focus: while either is inside, order is held. */
class Queue {
  #held = $state.raw<readonly string[] | null>(null)
  #pointer = false
  #focus = false
  #drawn = $derived(arranged(alarms.items, this.#held))

  get held(): boolean {
    return this.#held !== null
  }
  get rows(): QueueItem[] {
    return this.#drawn.rows
  }
  get fresh(): QueueItem[] {
    return this.#drawn.fresh
  }

  pointer(inside: boolean): void {
    this.#pointer = inside
    this.#settle()
  }
  focus(inside: boolean): void {
    this.#focus = inside
    this.#settle()
  }
  /** The person asks for the true order now, and keeps that one. */
  bring(): void {
    this.#held = null
    this.#settle()
  }

  /** The person acted by key and looks elsewhere now. */
  release(): void {
    this.#focus = false
    this.#held = null
    this.#settle()
  }

  #settle(): void {
    const inside = this.#pointer || this.#focus
    if (!inside) this.#held = null
    else this.#held ??= this.#drawn.rows.map((item) => item.key)
  }
}

export const queue = new Queue()
