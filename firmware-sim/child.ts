import { Backoff } from './backoff.ts'
import type { Battery } from './battery.ts'
import type { Clock } from './clock.ts'
import type { Value } from './meter.ts'
import { type Random, seeded } from './random.ts'

/** What a small device says to its hub over short radio; `count` tells a repetition from a second fact. */
export type Frame = { count: number; atMs: number } & (
  { says: 'press' } | { says: 'reading'; value: Value } | { says: 'tap'; uid: string }
)

/** Who hears it. True when the frame was heard and kept, which is the radio's acknowledgement. */
export type Ear = (child: string, frame: Frame) => boolean

export type ChildOptions = {
  id: string
  hear: Ear
  clock: Clock
  seed?: number
  /** How often a frame, or the hub's answer to it, is lost in the walls, 0 to 1. */
  loss?: number
  battery?: Battery
  /** How much it can remember. A cuff keeps its last hundred measurements. */
  memory?: number
}

/** Milliseconds between attempts; a child that finds no hub goes on asking, ever more slowly, for days. */
const retry = { minMs: 200, maxMs: 60_000 }
const usualMemory = 100

/** A button, meter or reader without a way to the platform of its own: it speaks to a hub in the same home. */
export class Child {
  readonly id: string
  readonly battery: Battery | undefined
  readonly #o: ChildOptions
  readonly #random: Random
  readonly #waiting: Frame[] = []
  #count = 0
  #telling = false
  #off = new AbortController()

  constructor(options: ChildOptions) {
    this.id = options.id
    this.battery = options.battery
    this.#o = options
    this.#random = seeded(options.seed ?? 1, `${options.id}/child`)
  }

  press(): void {
    this.#say({ says: 'press' })
  }

  take(value: Value): void {
    this.#say({ says: 'reading', value })
  }

  tap(uid: string): void {
    this.#say({ says: 'tap', uid })
  }

  /** Frames that no hub has heard yet. */
  get waiting(): number {
    return this.#waiting.length
  }

  /** It gives up; what it remembers is gone with it. */
  stop(): void {
    this.#off.abort()
  }

  #say(what: { says: 'press' } | { says: 'reading'; value: Value } | { says: 'tap'; uid: string }): void {
    const frame: Frame = { ...what, count: ++this.#count, atMs: this.#o.clock.now() }
    if (frame.says === 'press') this.#waiting.unshift(frame)
    else this.#waiting.push(frame)
    if (this.#waiting.length > (this.#o.memory ?? usualMemory)) this.#forget()
    if (!this.#tell()) void this.#tellLater()
  }

  /** Full: the oldest reading makes room, never a press. */
  #forget(): void {
    const oldest = this.#waiting.findIndex((frame) => frame.says !== 'press')
    this.#waiting.splice(Math.max(0, oldest), 1)
  }

  /** One attempt for each frame that waits. True when all of them were heard and the child knows it. */
  #tell(): boolean {
    for (let next = this.#waiting[0]; next; next = this.#waiting[0]) {
      const arrives = !this.#lost()
      const heard = arrives && this.#o.hear(this.id, next)
      if (!heard || this.#lost()) return false // unheard, or the answer was lost: the same frame again
      this.#waiting.shift()
    }
    return true
  }

  async #tellLater(): Promise<void> {
    if (this.#telling) return
    this.#telling = true
    const backoff = new Backoff(this.#random, retry)
    do await this.#o.clock.sleep(backoff.next(), this.#off.signal)
    while (!this.#off.signal.aborted && !this.#tell())
    this.#telling = false
  }

  #lost(): boolean {
    return this.#random.next() < (this.#o.loss ?? 0)
  }
}
