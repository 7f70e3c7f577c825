import type { TimelineEntry } from '../../api/shapes.ts'
import { dayAndTime } from '../../clock/format.ts'
import { word } from '../../messages/word.ts'
import type { Said, Way } from './words.ts'

type Visit = Extract<TimelineEntry, { kind: 'visit' }>
/** Sent so long after it was read, an end of a visit came from a phone that was cut off. */
const SENT_LATER_MS = 60_000

/** What was done about a visit and how both its ends are known, in order of when it happened. */
export function visitLines({ m, zone, locale }: Way, { at, ends, steps }: Visit): Said['steps'] {
  const words = m.visiting
  const time = (instant: string): string => dayAndTime(instant, zone, locale, at, false)
  const known = ends.map((end) => {
    const said = words.timeline[end.part](words.way[end.way], words.grade[end.grade])
    const late = Date.parse(end.receivedAt) - Date.parse(end.deviceAt ?? end.at) >= SENT_LATER_MS
    return { when: end.at, text: late ? `${said} · ${words.timeline.sentLater(time(end.receivedAt))}` : said, said: '' }
  })
  const done = steps.map((step) => {
    const what = word(words.timeline.step, step.kind)
    const text = step.code === '' ? what : m.because(what, word(words.timeline.code, step.code))
    return { when: step.at, text: step.user ? words.timeline.who(text, step.user.name) : text, said: step.text }
  })
  return [...known, ...done]
    .sort((a, b) => a.when.localeCompare(b.when))
    .map(({ when, ...line }) => ({ at: time(when), ...line }))
}
