import type { DayVisit } from '@anju/api/phone/schema'
import type { Messages } from '../messages/zh-CN.ts'

/** What must be known at the door, the gravest first: what harms her, then how to be understood, then the rest. */
export function warningsOf(m: Messages['phone'], { elder }: Pick<DayVisit, 'elder'>): string[] {
  const said = (words: string, say: (what: string) => string): string[] =>
    words.trim() === '' ? [] : [say(words.trim())]
  return [
    ...(elder.understands ? [] : [m.warn.understandsNot]),
    ...said(elder.allergies, m.warn.allergies),
    ...said(elder.note, m.warn.note),
    ...said(elder.hearing, m.warn.hearing),
    ...said(elder.conditions, m.warn.conditions),
    ...said(elder.medicines, m.warn.medicines),
    ...said(elder.dialect, m.warn.dialect),
    ...(elder.withoutFamily ? [m.warn.withoutFamily] : []),
    elder.livesWith === 0 ? m.warn.alone : m.warn.livesWith(elder.livesWith),
  ]
}
