/** Days as a Chinese household counts them. A day is named by the instant it begins in China (UTC+8, no summer time). */
export const minuteMs = 60_000
export const hourMs = 60 * minuteMs
export const dayMs = 24 * hourMs
const zoneMs = 8 * hourMs

export type Festival =
  'spring-festival' | 'lantern' | 'qingming' | 'dragon-boat' | 'mid-autumn' | 'double-ninth' | 'national-day'

/** The beginning of the day in which an instant lies. */
export function dayOf(ms: number): number {
  return Math.floor((ms + zoneMs) / dayMs) * dayMs - zoneMs
}

/** Days since 1 January 1970 in China: a number for seeds. */
export function dayNumber(day: number): number {
  return Math.round((day + zoneMs) / dayMs)
}

/** 0 Sunday … 6 Saturday. */
export function weekday(day: number): number {
  return new Date(day + zoneMs).getUTCDay()
}

/** Minutes since midnight in China, with fractions. */
export function minuteOfDay(ms: number): number {
  return (ms - dayOf(ms)) / minuteMs
}

const lunarFormat = new Intl.DateTimeFormat('en-u-ca-chinese', {
  timeZone: 'Asia/Shanghai',
  month: 'numeric',
  day: 'numeric',
})
const lunarDays = new Map<number, { month: number; leap: boolean; day: number }>()

/** Month and day of the farmers' calendar, by the tables of ICU. */
export function lunar(day: number): { month: number; leap: boolean; day: number } {
  const known = lunarDays.get(day)
  if (known) return known
  const parts = lunarFormat.formatToParts(day + 12 * hourMs)
  const text = (type: string): string => parts.find((part) => part.type === type)?.value ?? ''
  const month = text('month')
  const found = { month: Number.parseInt(month, 10), leap: month.endsWith('bis'), day: Number(text('day')) }
  if (lunarDays.size > 1_000) lunarDays.clear()
  lunarDays.set(day, found)
  return found
}

/** What is celebrated that day. Spring Festival is New Year's Eve and the week after it. */
export function festival(day: number): Festival | undefined {
  const { month, leap, day: date } = lunar(day)
  const tomorrow = lunar(day + dayMs)
  if (!leap && month === 1 && date <= 7) return 'spring-festival'
  if (tomorrow.month === 1 && tomorrow.day === 1) return 'spring-festival'
  if (!leap && month === 1 && date === 15) return 'lantern'
  if (!leap && month === 5 && date === 5) return 'dragon-boat'
  if (!leap && month === 8 && date === 15) return 'mid-autumn'
  if (!leap && month === 9 && date === 9) return 'double-ninth'
  const solar = new Date(day + zoneMs)
  const [solarMonth, solarDate] = [solar.getUTCMonth() + 1, solar.getUTCDate()]
  if (solarMonth === 4 && solarDate === 5) return 'qingming'
  if (solarMonth === 10 && solarDate <= 3) return 'national-day'
  return undefined
}

/** The town's market: days of the lunar month ending in 1, 4, 7 or 2, 5, 8 or 3, 6, 9; each town keeps one row. */
export function isMarketDay(day: number, row: 0 | 1 | 2): boolean {
  const date = lunar(day).day % 10
  return date !== 0 && (date - 1) % 3 === row
}

/** 1 in the coldest days (20 January), −1 in the hottest (20 July). */
export function coldness(day: number): number {
  const year = new Date(day + zoneMs).getUTCFullYear()
  const since = (day + zoneMs - Date.UTC(year, 0, 20)) / dayMs
  return Math.cos((2 * Math.PI * since) / 365.25)
}
