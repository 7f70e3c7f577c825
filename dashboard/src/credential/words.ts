import type { StandingRow } from '@anju/api/credential/schema'
import { plainDay } from '../clock/days.ts'
import { word } from '../messages/word.ts'
import type { Messages } from '../messages/zh-CN.ts'

/** How a credential stands, in a sentence: its state as a word, and until, since or from when. */
export function standingWords(m: Messages, { state, day, inDays }: StandingRow, locale: string): string {
  const words = m.staff.fitness
  const on = day === null ? null : plainDay(day, locale)
  if (state === 'valid') return on === null ? words.endless : words.until(on)
  if (state === 'expiring' && on !== null) return `${words.until(on)} · ${words.inDays(inDays ?? 0)}`
  if (state === 'expired' && on !== null) return words.since(on)
  return state === 'not-yet' && on !== null ? words.from(on) : ''
}

/** Fen as yuan, with both figures of the fen; '' where nothing is said. */
export function yuan(fen: number | null): string {
  return fen === null ? '' : `${Math.floor(fen / 100)}.${String(fen % 100).padStart(2, '0')}`
}

/** What a person typed as yuan, in fen; null: it is no amount. */
export function fenOf(text: string): number | null {
  const found = /^(\d{1,6})(?:[.。](\d{1,2}))?$/.exec(text.trim())
  return found === null ? null : Number(found[1]) * 100 + Number((found[2] ?? '').padEnd(2, '0'))
}

/** Values of a service's, contract's or session's history; null: it is none of theirs. */
export function fitnessWords(m: Messages, field: string, value: unknown): string | null {
  const words = m.staff.fitness
  if (typeof value === 'boolean') return value ? words.history.yes : words.history.no
  if (field === 'priceFen' && typeof value === 'number') return words.history.yuan(yuan(value))
  if (Array.isArray(value) && (field === 'conditions' || field === 'credentials')) {
    const table = field === 'conditions' ? words.service.condition : words.kind
    return value.map((code) => word(table, String(code))).join('；') || m.people.conflict.empty
  }
  if (typeof value !== 'string') return null
  if (field === 'category') return word(words.service.categories, value)
  if (field === 'credential') return word(words.kind, value)
  if (field === 'familySubstitute') return word(words.service.substitutes, value)
  return field === 'state' && Object.hasOwn(words.session.state, value) ? word(words.session.state, value) : null
}
