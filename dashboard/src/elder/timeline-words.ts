import type { TimelineEntry } from '../api/shapes.ts'
import { word } from '../messages/word.ts'
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
}

/** One fact of an elder's life with us, in words. */
export function what(m: Messages, entry: TimelineEntry, locale: string): Said {
  const plain = { value: '', more: '', href: null, marks: [] }
  switch (entry.kind) {
    case 'press':
      return {
        ...plain,
        glyph: 'press',
        title: m.elder.press,
        more: entry.deviceId ?? '',
        href: `/alarms/${entry.alarmId}`,
        marks: entry.marks,
      }
    case 'alarm': {
      const ended = entry.outcome === null ? '' : m.desk.resolvedAs(word(m.alarm.outcome, entry.outcome))
      const title = m.alarm.title(word(m.kind, entry.alarmKind))
      return { ...plain, glyph: 'alarm', title, more: ended, href: `/alarms/${entry.id}` }
    }
    case 'reading': {
      const { reading } = entry
      return {
        ...plain,
        glyph: 'reading',
        title: word(m.reading.kind, reading.kind),
        value: figures(reading, locale),
        more: [unit(m, reading), ...beside(m, reading)].join(' '),
        marks: marksOf(reading),
      }
    }
    case 'tap':
      return { ...plain, glyph: 'tap', title: m.elder.tap, more: entry.uid ?? entry.deviceId ?? '', marks: entry.marks }
    case 'trouble': {
      const silent = entry.alarmId !== null
      return {
        ...plain,
        glyph: silent ? 'silent' : 'device',
        title: silent ? m.elder.silent : m.elder.rejected,
        more: [entry.deviceId ?? '', silent ? '' : word(m.rejection, entry.code)].filter(Boolean).join(' · '),
        href: silent ? `/alarms/${entry.alarmId}` : null,
      }
    }
  }
}

/** How long after the fact it arrived, ms, where that is worth saying. */
export function lateBy(entry: { at: string; receivedAt: string }): number | null {
  const late = Date.parse(entry.receivedAt) - Date.parse(entry.at)
  return late >= WORTH_SAYING_MS ? late : null
}
