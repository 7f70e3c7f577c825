import { todayIn } from '@anju/domain/elder/day'
import { instantOf } from '../clock/wall.ts'

/** Months that are offered: this one and a year before it, 'YYYY-MM', the latest first. */
export function monthsBack(now: number, zone: string): string[] {
  const [year = 0, month = 1] = todayIn(zone, new Date(now)).split('-').map(Number)
  return Array.from({ length: 13 }, (_, back) => monthOf(year, month - back))
}

/** A month in a zone, from its first instant to that of the next; null: none is said. */
export function monthSpan(month: string, zone: string): { from: string; to: string } | null {
  const [year, number] = month.split('-').map(Number)
  if (year === undefined || number === undefined) return null
  const at = (one: string): string => instantOf(`${one}-01T00:00`, zone) ?? ''
  return { from: at(month), to: at(monthOf(year, number + 1)) }
}

/** Months before the first and after the twelfth are of other years. */
const monthOf = (year: number, month: number): string =>
  new Date(Date.UTC(year, month - 1, 1)).toISOString().slice(0, 7)
