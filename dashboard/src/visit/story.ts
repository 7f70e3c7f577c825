import { dayInWords } from '../clock/format.ts'
import { word } from '../messages/word.ts'
import { lookWords } from '../video-look/words.ts'
import type { LookWords } from '../messages/zh-CN-look.ts'
import type { VisitFile } from './shapes.ts'
import { evidenceWords } from './evidence-words.ts'
import { spanOf, type Way } from './words.ts'

type Entry = VisitFile['entries'][number]
const text = (value: unknown): string => (typeof value === 'string' ? value : '')

/** What was said with a step of the story, a line each. */
export function entryLines({ m, zone, tag }: Way, { kind, body }: Entry): string[] {
  const { visits: words } = m
  const { erase } = evidenceWords[tag]
  if (body['erased'] === true) return [erase.gone]
  const lines = [
    'because' in body ? word(words.because, text(body['because'])) : '',
    'why' in body ? word(m.error, text(body['why'])) : '',
    kind === 'erased' ? erase.count(String(body['count']), word(erase.grounds, text(body['ground']))) : '',
    'together' in body ? (body['together'] === true ? words.form.movedBoth : words.form.movedAlone) : '',
    kind === 'rescheduled' || kind === 'plan-changed' ? timesMoved(body, zone, tag) : '',
    'outcome' in body ? word(m.visiting.outcome, text(body['outcome'])) : '',
    ...(kind.startsWith('look-') ? lookLines(lookWords[tag], body) : []),
    'face' in body ? word(words.page.face, text(body['face'])) : '',
    body['reached'] === false ? words.form.notReached : '',
    'came' in body && text(body['came']) !== ''
      ? m.because(words.form.came, word(words.form.cameWords, text(body['came'])))
      : '',
    'satisfied' in body && text(body['satisfied']) !== ''
      ? m.because(words.form.satisfied, word(words.form.satisfiedWords, text(body['satisfied'])))
      : '',
    text(body['spokeWith']) === '' ? '' : m.because(words.form.spokeWith, text(body['spokeWith'])),
    text(body['reason']),
    text(body['said']),
    text(body['text']),
    text(body['note']),
    text(body['next']) === '' ? '' : words.page.next(text(body['next'])),
    Array.isArray(body['kept']) ? body['kept'].map((one) => word(words.page.keptWords, text(one))).join(' · ') : '',
  ]
  return lines.filter((line) => line !== '')
}

/** Who agreed, how it ended, what was seen. */
function lookLines(words: LookWords, body: Record<string, unknown>): string[] {
  const { ending, refusal } = body
  return [
    'consent' in body ? word(words.consent, text(body['consent'])) : '',
    'ending' in body ? word(words.ending, text(ending)) + (refusal ? word(words.refusal, text(refusal)) : '') : '',
    'finding' in body ? word(words.finding, text(body['finding'])) : '',
  ]
}

function timesMoved(body: Record<string, unknown>, zone: string, tag: string): string {
  const [before, after] = [timesIn(body['before']), timesIn(body['after'])]
  const said = (times: { from: string; to: string }): string =>
    `${dayInWords(times.from, zone, tag)} ${spanOf(times.from, times.to, zone)}`
  return before && after ? `${said(before)} → ${said(after)}` : ''
}

function timesIn(value: unknown): { from: string; to: string } | null {
  if (value === null || typeof value !== 'object' || !('plannedFrom' in value) || !('plannedTo' in value)) return null
  return { from: text(value.plannedFrom), to: text(value.plannedTo) }
}
