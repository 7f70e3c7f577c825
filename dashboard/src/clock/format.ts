/** Durations and clocks as the desk writes them. Pure; `zone` is an IANA name, instants are ISO 8601 strings or ms. */

const two = (n: number): string => String(n).padStart(2, '0')

/** How long somebody has waited: `mm:ss` up to 99:59, then `h:mm:ss`. Negative spans (a clock ahead) read 00:00. */
export function span(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  const minutes = Math.floor(seconds / 60)
  if (minutes < 100) return `${two(minutes)}:${two(seconds % 60)}`
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`
}

const formatters = new Map<string, Intl.DateTimeFormat>()
function formatter(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${locale} ${JSON.stringify(options)}`
  let found = formatters.get(key)
  if (!found) formatters.set(key, (found = new Intl.DateTimeFormat(locale, options)))
  return found
}

/** `02:17:40` in the area's zone, 24 hours. */
export function timeOfDay(at: string | number, zone: string, seconds = true): string {
  return formatter('en-GB', {
    timeZone: zone,
    hour: '2-digit',
    minute: '2-digit',
    ...(seconds ? { second: '2-digit' } : {}),
    hourCycle: 'h23',
  }).format(new Date(at))
}

/** The calendar day in the area's zone as `2026-11-22`: for comparing, not for reading. */
export function dayOf(at: string | number, zone: string): string {
  return formatter('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(new Date(at))
}

/** The day in words: `11月22日 周日` · `Sun 22 Nov`. */
export function dayInWords(at: string | number, zone: string, locale: string): string {
  return formatter(locale, {
    timeZone: zone,
    month: locale === 'zh-CN' ? 'long' : 'short',
    day: 'numeric',
    weekday: 'short',
  }).format(new Date(at))
}

/** The zone's name as people say it: `中国标准时间` · `China Standard Time`. */
export function zoneInWords(zone: string, locale: string): string {
  const parts = formatter(locale, { timeZone: zone, timeZoneName: 'long' }).formatToParts(0)
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? zone
}

/** The time alone where the day is that of `now`; else with its day, and with its year where that differs too. */
export function dayAndTime(
  at: string | number,
  zone: string,
  locale: string,
  now: string | number,
  seconds = true,
): string {
  const time = timeOfDay(at, zone, seconds)
  const day = dayOf(at, zone)
  const today = dayOf(now, zone)
  if (day === today) return time
  const otherYear = day.slice(0, 4) !== today.slice(0, 4)
  const words = formatter(locale, {
    timeZone: zone,
    month: 'short',
    day: 'numeric',
    ...(otherYear ? { year: 'numeric' } : {}),
  })
  return `${words.format(new Date(at))} ${time}`
}
