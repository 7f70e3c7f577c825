/** Days and times as people type them, read the same in every browser and language. Pure. */

const two = (text: string): string => text.padStart(2, '0')

function exists(year: string, month: string, day: string): string | null {
  const written = `${year}-${two(month)}-${two(day)}`
  const at = Date.parse(`${written}T00:00:00Z`)
  // JavaScript takes 31 February for 3 March
  return !Number.isNaN(at) && new Date(at).toISOString().slice(0, 10) === written ? written : null
}

const clean = (text: string): string => text.normalize('NFKC').trim()

/** 'YYYY-MM-DD' of `1949-12-31`, `1949.12.31`, `1949/12/31`, `19491231`, `1949年12月31日`; null when it is no day. */
export function readDay(text: string): string | null {
  const found = /^(\d{4})(?:(\d\d)(\d\d)|[-./年\s]\s*(\d{1,2})[-./月\s]\s*(\d{1,2})\s*日?)$/.exec(clean(text))
  if (!found) return null
  const [, year = '', month, day, otherMonth = '', otherDay = ''] = found
  return exists(year, month ?? otherMonth, day ?? otherDay)
}

/** 'HH:MM' of `22:00`, `22.00`, `2200`, `22`, `8点30分`; null when it is no time of day. */
export function readTime(text: string): string | null {
  const found = /^(\d{1,2})(?:\s*[:.时点h]?\s*(\d\d)\s*分?|\s*[时点h])?$/.exec(clean(text))
  if (!found) return null
  const [, hours = '', minutes = '00'] = found
  return Number(hours) < 24 && Number(minutes) < 60 ? `${two(hours)}:${minutes}` : null
}

/** 'YYYY-MM-DDTHH:MM' of a day and a time with a space, a comma or a T between them; null when it is no moment. */
export function readMoment(text: string): string | null {
  const found = /^(.*?[\d日])(?:\s*[T,]\s*|\s+)(\d{1,2}\s*[:.时点h]?\s*\d*\s*分?)$/.exec(clean(text))
  if (!found) return null
  const [day, time] = [readDay(found[1] ?? ''), readTime(found[2] ?? '')]
  return day !== null && time !== null ? `${day}T${time}` : null
}
