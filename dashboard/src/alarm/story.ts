import type { AlarmEntry } from '../api/shapes.ts'
import { word } from '../messages/word.ts'
import type { Messages } from '../messages/zh-CN.ts'

const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null)

/** One line of what happened, in words; the note's own words apart. */
export type Line = {
  id: string
  at: string
  deviceAt: string | null
  what: string
  said: string | null
  marks: string[]
  pressed: boolean
  /** When somebody said that a test press was to come. */
  testStartedAt: string | null
}

/** How an instant is written. */
type Time = (at: string) => string

export function line(m: Messages, entry: AlarmEntry, time: Time): Line {
  const { body } = entry
  const who = entry.user?.name ?? m.entry.system
  const marks = Array.isArray(body['marks']) ? body['marks'].filter((mark) => typeof mark === 'string') : []
  return {
    id: entry.id,
    at: entry.at,
    deviceAt: text(body['deviceAt']),
    what: what(m, entry, who, time),
    said: text(body['text']),
    marks,
    pressed: entry.kind === 'raised' || entry.kind === 'pressed',
    testStartedAt: entry.kind === 'test-expected' ? text(body['startedAt']) : null,
  }
}

function what(m: Messages, { kind, body }: AlarmEntry, who: string, time: Time): string {
  const words = m.deskwork.entry
  switch (kind) {
    case 'raised':
      return m.entry.raised
    case 'pressed':
      return m.entry.pressed
    case 'acknowledged':
      return m.entry.acknowledged(who)
    case 'note':
      return m.entry.note(who)
    case 'shown':
      return m.entry.shown
    case 'escalated':
      return m.entry.escalated(word(m.entry.reason, text(body['reason']) ?? ''))
    case 'resolved':
      return [
        m.entry.resolved(who, word(m.alarm.outcome, text(body['outcome']) ?? '')),
        ...(text(body['followUpAt']) ? [words.followUp(time(text(body['followUpAt']) ?? ''))] : []),
      ].join(' · ')
    case 'step':
      return words.step(who, word(m.deskwork.step.name, text(body['step']) ?? ''))
    case 'step-ended':
      return words.stepEnded(
        who,
        word(m.deskwork.step.name, text(body['step']) ?? ''),
        word(m.deskwork.step.outcome, text(body['outcome']) ?? ''),
      )
    case 'ambulance':
      return [
        words.ambulance(word(m.deskwork.ambulance.state, text(body['status']) ?? '')),
        ...(text(body['hospital']) ? [m.deskwork.ambulance.to(text(body['hospital']) ?? '')] : []),
      ].join(' · ')
    case 'given-back':
      return text(body['why']) === 'seat-gone' ? words.ownerGone : words['given-back'](who)
    case 'handed-over':
      return words['handed-over'](who)
    case 'placed':
      return text(body['where']) === 'now' ? words.placedNow(who) : words.placedThen(who)
    case 'shelved':
      return words.shelved(who, time(text(body['until']) ?? ''))
    case 'reopened':
      return words.reopened(who)
    case 'reminded':
    case 'unshelved':
    case 'cleared':
    case 'joined':
    case 'folded':
    case 'closed':
      return words[kind]
    case 'took-in':
      return words['took-in'](Array.isArray(body['alarms']) ? body['alarms'].length : 0)
    case 'test-expected':
      return m.fleet.test.expected(who)
    case 'device-back':
      return m.entry['device-back']
    case 'device-moved':
      return m.entry['device-moved']
    case 'command':
      return m.entry.command(word(m.command, text(body['cmd']) ?? ''), word(m.command, text(body['state']) ?? ''))
    default:
      return m.entry.other(kind)
  }
}

/** The story newest first; of the many seats that showed one press, only the first says something. */
export function story(m: Messages, entries: readonly AlarmEntry[], time: Time): Line[] {
  const shown = new Set<unknown>()
  const kept = entries.filter((entry) => {
    if (entry.kind !== 'shown') return true
    const presses = entry.body['presses']
    if (shown.has(presses)) return false
    shown.add(presses)
    return true
  })
  // of one instant, the press comes before what it led to
  const rank = ({ kind }: AlarmEntry): number => (kind === 'raised' || kind === 'pressed' ? 0 : 1)
  kept.sort((a, b) => a.at.localeCompare(b.at) || rank(a) - rank(b))
  return kept.map((entry) => line(m, entry, time)).reverse()
}

/** Where the ambulance was, as told: the last state, the hospital last named, and when it was said. */
export type AmbulanceTold = { state: string; at: string; hospital: string }
export function ambulanceTold(entries: readonly AlarmEntry[]): AmbulanceTold[] {
  return entries
    .filter(({ kind }) => kind === 'ambulance')
    .map(({ at, body }) => ({ state: text(body['status']) ?? '', at, hospital: text(body['hospital']) ?? '' }))
    .sort((a, b) => a.at.localeCompare(b.at))
}
