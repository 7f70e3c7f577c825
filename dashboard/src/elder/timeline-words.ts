import type { TimelineItem } from '../api/shapes.ts'
import { word } from '../messages/language.svelte.ts'
import type { Messages } from '../messages/zh-CN.ts'
import { beside, figures, marksOf, unit } from './reading-words.ts'

/** A minute is worth a word; the wire's own `late` mark begins later and is shown besides. */
const WORTH_SAYING_MS = 60_000

export type Said = {
  glyph: string
  title: string
  value: string
  more: string
  href: string | null
  marks: readonly string[]
  lines: string[]
}

/** One fact of an elder's life with us, in words. */
export function what(m: Messages, item: TimelineItem, locale: string): Said {
  const said: Said = { glyph: item.type, title: '', value: '', more: '', href: null, marks: item.marks, lines: [] }
  switch (item.type) {
    case 'press':
      return {
        ...said,
        title: m.elder.press,
        more: item.deviceId ?? '',
        href: item.alarm ? `/alarms/${item.alarm.id}` : null,
      }
    case 'alarm': {
      if (!item.alarm) return { ...said, title: m.elder.kinds.alarm }
      const { id, kind, state, outcome } = item.alarm
      const ended = state === 'resolved' && outcome ? m.desk.resolvedAs(word(m.alarm.outcome, outcome)) : ''
      return { ...said, title: m.alarm.title(word(m.kind, kind)), more: ended, href: `/alarms/${id}`, lines: [] }
    }
    case 'reading': {
      const reading = item.reading
      if (!reading) return { ...said, title: m.elder.kinds.reading }
      return {
        ...said,
        title: word(m.reading.kind, reading.kind),
        value: figures(reading, locale),
        more: [unit(m, reading), ...beside(m, reading)].join(' '),
        marks: [...new Set([...item.marks, ...marksOf(reading)])],
      }
    }
    case 'tap':
      return { ...said, title: m.elder.tap, more: item.deviceId ?? '' }
    case 'device':
      return { ...said, title: m.elder.deviceTrouble, more: item.deviceId ?? '' }
  }
}

/** How long after the fact it arrived, ms, where that is worth saying. */
export function lateBy(item: TimelineItem): number | null {
  const late = Date.parse(item.receivedAt) - Date.parse(item.at)
  return late >= WORTH_SAYING_MS ? late : null
}
