import type { Random } from './random.ts'

const dayMs = 86_400_000
/** Most households change a battery when the device first blinks, a few only when it complains. */
const changedAtPercent = { soon: 17, late: 8 }
const changedLate = 1 / 25

export type BatteryOptions = {
  /** From full to nothing. */
  lifeDays: number
  /** How much of its life was behind it at `sinceMs`, 0 to 1. */
  used?: number
  sinceMs: number
  /** Someone changes it when it runs low, soon or late; otherwise it runs flat and the device dies. */
  changed?: 'soon' | 'late' | false
}

/** A cell in a device: what it still holds follows from time alone, so that it is the same after a restart. */
export class Battery {
  readonly #lifeMs: number
  readonly #changed: 'soon' | 'late' | false
  #sinceMs: number
  #used: number

  constructor({ lifeDays, sinceMs, used = 0, changed = false }: BatteryOptions) {
    this.#lifeMs = lifeDays * dayMs
    this.#sinceMs = sinceMs
    this.#used = used
    this.#changed = changed
  }

  /** Percent, whole. Alkaline cells hold their voltage and give way towards the end. */
  level(nowMs: number): number {
    const used = this.#used + (nowMs - this.#sinceMs) / this.#lifeMs
    const spent = this.#changed
      ? modulo(used, spentAt(changedAtPercent[this.#changed]))
      : Math.min(1, Math.max(0, used))
    return Math.round(100 * (1 - spent ** 1.5))
  }

  /** A new cell. */
  change(nowMs: number): void {
    this.#sinceMs = nowMs
    this.#used = 0
  }
}

/** A cell as one finds it in a house: somewhere in its life, and changed in time. */
export function someBattery(random: Random, lifeDays: number): Battery {
  const used = random.next()
  return new Battery({ lifeDays, used, sinceMs: 0, changed: random.next() < changedLate ? 'late' : 'soon' })
}

function spentAt(percent: number): number {
  return (1 - percent / 100) ** (1 / 1.5)
}

function modulo(value: number, by: number): number {
  return ((value % by) + by) % by
}
