import { alarms } from './alarms.svelte.ts'
import { arranged, type QueueItem, staysHeld } from './order.ts'

/**
 * The queue as drawn. Nothing jumps under a moving pointer or away from the focus: while either is at work inside,
 * order is held. A hand that rests gives it free, or alarms would wait unpainted behind a forgotten pointer.
 */
class Queue {
  #held = $state.raw<readonly string[] | null>(null)
  #pointer = false
  #focus = false
  #stirredAt = -Infinity
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
    this.#stir()
  }
  focus(inside: boolean): void {
    this.#focus = inside
    this.#stir()
  }
  /** Called each second: the hand may have come to rest. */
  tick(): void {
    this.#settle()
  }
  /** The person asks for the true order now, and keeps that one. */
  bring(): void {
    this.#held = null
    this.#stir()
  }

  /** The person acted by key and looks elsewhere now. */
  release(): void {
    this.#focus = false
    this.#held = null
    this.#settle()
  }

  #stir(): void {
    this.#stirredAt = performance.now()
    this.#settle()
  }

  #settle(): void {
    const hand = { inside: this.#pointer || this.#focus, stirredAt: this.#stirredAt }
    if (!staysHeld(hand, this.fresh, performance.now())) this.#held = null
    else this.#held ??= this.#drawn.rows.map((item) => item.key)
  }
}

export const queue = new Queue()
