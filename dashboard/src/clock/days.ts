import { dayInWords, dayOf } from './format.ts'

const formatters = new Map<string, Intl.DateTimeFormat>()
function formatter(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${locale} ${JSON.stringify(options)}`
  const found = formatters.get(key) ?? new Intl.DateTimeFormat(locale, options)
  formatters.set(key, found)
  return found
}

/** A day's heading in the area's zone: `11月22日周日`; of another year with its year. */
export function dayHeading(at: string, now: number, timeZone: string, locale: string): string {
  if (dayOf(at, timeZone).slice(0, 4) === dayOf(now, timeZone).slice(0, 4)) return dayInWords(at, timeZone, locale)
  const month = locale === 'zh-CN' ? 'long' : 'short'
  return formatter(locale, { timeZone, year: 'numeric', month, day: 'numeric', weekday: 'short' }).format(new Date(at))
}

/** `2025年3月` · `March 2025` of '2025-03'. */
export function monthHeading(month: string, locale: string): string {
  return formatter(locale, { timeZone: 'UTC', year: 'numeric', month: 'long' }).format(
    new Date(`${month}-01T00:00:00Z`),
  )
}

/** A plain day 'YYYY-MM-DD' in words, with its year. */
export function plainDay(day: string, locale: string): string {
  return formatter(locale, { timeZone: 'UTC', dateStyle: 'long' }).format(new Date(`${day}T00:00:00Z`))
}

/** The same with the day of the week: `2026年11月22日星期日`. */
export function fullDay(day: string, locale: string): string {
  return formatter(locale, { timeZone: 'UTC', dateStyle: 'full' }).format(new Date(`${day}T00:00:00Z`))
}
