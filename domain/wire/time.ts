import { AHEAD_AFTER_MS, EARLIEST_CLOCK, LATE_AFTER_MS, MAX_AGO_S } from './limits.ts'

/** What a screen must say about a fact beside its two clocks. */
export type Mark = 'late' | 'skewed' | 'clockless' | 'backfilled' | 'id-reused' | 'unreadable' | 'moved-since'

/** When a fact happened, as well as we can know, and what the device's clock said. */
export interface FactTime {
  at: Date
  deviceAt: Date | null
  marks: Mark[]
}

const RFC3339 = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)$/

/** The instant of an RFC 3339 text with offset, or null. A leap second counts as the one before. */
export function parseInstant(text: string): Date | null {
  if (!RFC3339.test(text) || !isDay(text.slice(0, 10))) return null
  const ms = Date.parse(text.replace(/:60(?=[.Zz+-])/, ':59'))
  return Number.isNaN(ms) ? null : new Date(ms)
}

/** `Date.parse` would silently make 2 March of 30 February. */
function isDay(text: string): boolean {
  const day = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(day.getTime()) && day.getUTCDate() === Number(text.slice(8))
}

/**
 * Reads `at`, `ago` or neither against the arrival. A clock that cannot be right (far ahead, or before such devices
 * existed) is kept and marked `skewed`, and the arrival stands in; otherwise the device's time is never moved.
 * Null when `at` or `ago` is unreadable.
 */
export function readTime(message: { at?: unknown; ago?: unknown }, arrivedAt: Date, inBatch: boolean): FactTime | null {
  if (message.at !== undefined && message.at !== null) {
    const deviceAt = typeof message.at === 'string' ? parseInstant(message.at) : null
    if (!deviceAt) return null
    const age = arrivedAt.getTime() - deviceAt.getTime()
    if (age < -AHEAD_AFTER_MS || deviceAt.getTime() < EARLIEST_CLOCK) {
      const told = isStorable(deviceAt) ? deviceAt : null
      return { at: arrivedAt, deviceAt: told, marks: inBatch ? ['skewed', 'backfilled'] : ['skewed'] }
    }
    return { at: deviceAt, deviceAt, marks: lateness(age, inBatch) }
  }
  if (message.ago !== undefined && message.ago !== null) {
    if (typeof message.ago !== 'number' || !(message.ago >= 0 && message.ago <= MAX_AGO_S)) return null
    const age = message.ago * 1000
    return { at: new Date(arrivedAt.getTime() - age), deviceAt: null, marks: ['clockless', ...lateness(age, inBatch)] }
  }
  return { at: arrivedAt, deviceAt: null, marks: inBatch ? ['clockless', 'backfilled'] : ['clockless'] }
}

/** The years that columns and screens hold. A clock outside them is marked, and stays readable in the message's bytes. */
function isStorable(at: Date): boolean {
  const year = at.getUTCFullYear()
  return year >= 1 && year <= 9999
}

function lateness(ageMs: number, inBatch: boolean): Mark[] {
  if (ageMs <= LATE_AFTER_MS) return []
  return inBatch ? ['late', 'backfilled'] : ['late']
}
