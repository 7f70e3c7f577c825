import type { CallRow, Caller } from '../api/shapes.ts'
import type { Messages } from '../messages/zh-CN.ts'

/** The number as this person may see it: whole, its last digits, or that it was withheld. */
export function numberWords(m: Messages, call: Pick<CallRow, 'number' | 'numberTail'>): string {
  if (call.number !== null) return grouped(call.number)
  return call.numberTail === '' ? m.service.calls.withheld : m.service.calls.tail(call.numberTail)
}

/** As it is read aloud: 138 0013 8000. */
export function grouped(number: string): string {
  return number.replace(/^(1\d{2})(\d{4})(\d{4})$/, '$1 $2 $3')
}

export function lengthWords(m: Messages, seconds: number | null): string {
  if (seconds === null || seconds === 0) return ''
  return m.service.calls.length(String(Math.floor(seconds / 60)), String(seconds % 60))
}

/** Whom a call is taken to be from before anybody said so: the one living person whose number it is. */
export function likely(callers: readonly Caller[]): Caller | null {
  const living = callers.filter(({ state }) => state === 'living' || state === 'away')
  const own = living.filter(({ via }) => via === 'own')
  if (living.length === 1) return living[0] ?? null
  return own.length === 1 && living.every(({ via }) => via !== 'household') ? (own[0] ?? null) : null
}

/** The first names of who may be calling, for one line. */
export function callersWords(m: Messages, callers: readonly Caller[]): string {
  const shown = callers.slice(0, 2).map(({ name }) => name)
  return callers.length > 2 ? `${shown.join(m.comma)} +${callers.length - 2}` : shown.join(m.comma)
}
