import { dayAfter } from '@anju/domain/access/roster'
import { readDay } from '../clock/read.ts'
import { instantOf } from '../clock/wall.ts'

/** The days an address names, in a zone: from the first instant of the one until the day after the other begins. */
export function spanOf(query: URLSearchParams, zone: string): { from: string; to: string } {
  const [first, last] = [readDay(query.get('from') ?? ''), readDay(query.get('to') ?? '')]
  const begins = (day: string): string => instantOf(`${day}T00:00`, zone) ?? ''
  return { from: first === null ? '' : begins(first), to: last === null ? '' : begins(dayAfter(last, 1)) }
}
