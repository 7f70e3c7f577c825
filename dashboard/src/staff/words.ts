import { dayAndTime, timeOfDay } from '../clock/format.ts'
import { clock } from '../clock/now.svelte.ts'
import { language } from '../messages/language.svelte.ts'
import { word } from '../messages/word.ts'
import type { StaffChange } from './shapes.ts'

/** An instant for reading, in the zone the screens show. */
export const whenOf = (at: string): string => dayAndTime(at, clock.zone, language.tag, clock.now, false)
export const clockOf = (at: string, zone = clock.zone): string => timeOfDay(at, zone, false)

/** A change's fields as `Role: Seat → Shift lead`. */
export function fieldsOf(change: StaffChange): string[] {
  const { m } = language
  const said = (field: string, value: unknown): string => {
    if (value === null || value === undefined || value === '') return m.dash
    const text = typeof value === 'string' ? value : JSON.stringify(value)
    if (field === 'role') return word(m.role, text)
    return field.endsWith('sAt') ? whenOf(text) : text
  }
  return [...new Set([...Object.keys(change.before), ...Object.keys(change.after)])]
    .filter(
      (field) =>
        Object.hasOwn(m.staff.user.fields, field) && (change.before[field] ?? change.after[field] ?? '') !== '',
    )
    .map((field) => {
      const after = said(field, change.after[field])
      const name = word(m.staff.user.fields, field)
      return m.because(
        name,
        field in change.before && field in change.after
          ? `${said(field, change.before[field])} → ${after}`
          : field in change.after
            ? after
            : said(field, change.before[field]),
      )
    })
}
