import type { LanguageTag } from '../messages/tag.ts'
import type { VisitState } from '@anju/domain/visit/kinds'
import { dayInWords, timeOfDay } from '../clock/format.ts'
import type { Messages } from '../messages/zh-CN.ts'
import { word } from '../messages/word.ts'
import { listOf } from '../messages/list.ts'

/** A shape for each state, always beside its word. */
export const SHAPE: Record<VisitState, string> = {
  planned: '○',
  assigned: '◐',
  accepted: '●',
  'on-the-way': '▷',
  'in-service': '▶',
  left: '▣',
  evaluated: '◇',
  'called-back': '◆',
  ready: '✓',
  cancelled: '✕',
  refused: '⊘',
  missed: '!',
}

/** `09:00–10:30` in the area's zone. */
export function spanOf(from: string | number, to: string | number, zone: string): string {
  return `${timeOfDay(from, zone, false)}–${timeOfDay(to, zone, false)}`
}

/** In which words, and where. */
export interface Way {
  m: Messages
  zone: string
  tag: LanguageTag
}

type Values = Readonly<Record<string, unknown>>
const number = (value: unknown): string => (typeof value === 'number' ? String(value) : '')
const text = (value: unknown): string => (typeof value === 'string' ? value : '')

/** Why somebody fits or does not, in a sentence. */
export function fitWords({ m, zone, tag }: Way, reason: { code: string } & Values): string {
  const { fit } = m.visits
  const day = (at: string): string => dayInWords(at, zone, tag)
  switch (reason.code) {
    case 'missing-credential': {
      const kinds = Array.isArray(reason['kinds']) ? reason['kinds'].map(text) : []
      return fit.missing(
        listOf(
          tag,
          kinds.map((kind) => word(m.staff.fitness.kind, kind)),
        ),
      )
    }
    case 'clash':
      return fit.clashAt(timeOfDay(text(reason['from']), zone, false), timeOfDay(text(reason['to']), zone, false))
    case 'too-far-between':
      return fit.tight(number(reason['needMin']), number(reason['haveMin']))
    case 'knows-elder':
      return fit.knows(number(reason['visits']), text(reason['lastAt']) === '' ? m.dash : day(text(reason['lastAt'])))
    case 'travel':
      return reason['from'] === 'visit'
        ? fit.fromVisit(number(reason['minutes']))
        : fit.fromProvider(number(reason['minutes']))
    case 'load':
      return fit.week(number(reason['visits']), number(reason['minutes']))
    case 'kin':
      return fit.relation(text(reason['relation']))
    default:
      return word(fitHeads(m), reason.code)
  }
}
const fitHeads = (m: Messages): Record<string, string> => {
  const { fit } = m.visits
  return { 'new-to-elder': fit['new-to-elder'], 'travel-unknown': fit['travel-unknown'] }
}

/** Why an end of a visit has its grade, in plain words with what was measured. */
export function reasonWords({ m, tag }: Way, reason: { code: string } & Values): string {
  const { page } = m.visits
  const measured = [
    typeof reason['minutes'] === 'number' ? page.min(number(reason['minutes'])) : '',
    typeof reason['taps'] === 'number' ? page.taps(number(reason['taps'])) : '',
    typeof reason['metres'] === 'number' ? page.metres(number(reason['metres'])) : '',
    typeof reason['accuracyM'] === 'number' ? page.accuracy(number(Math.round(reason['accuracyM']))) : '',
    typeof reason['typed'] === 'string' ? word(m.visits.typed, reason['typed']) : '',
    typeof reason['position'] === 'string' ? word(m.visits.position, reason['position']) : '',
  ].filter(Boolean)
  const said = word(m.visits.reason, reason.code)
  return measured.length > 0 ? m.because(said, measured.join(tag === 'en' ? ', ' : '，')) : said
}
