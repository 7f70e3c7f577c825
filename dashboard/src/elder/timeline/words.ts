import type { TimelineEntry } from '../../api/shapes.ts'
import { dayAndTime, timeOfDay } from '../../clock/format.ts'
import { word } from '../../messages/word.ts'
import type { Messages } from '../../messages/zh-CN.ts'
import { actionWord, fieldWord } from '../../history/words.ts'
import { visitLines } from './visit-words.ts'
import { beside, figures, marksOf, unit } from '../reading-words.ts'

/** A minute is worth a word; the wire's own `late` mark begins later and is shown besides. */
const WORTH_SAYING_MS = 60_000

export type Said = {
  glyph: string
  title: string
  value: string
  more: string
  href: string | null
  marks: readonly string[]
  /** What was done, line by line. */
  steps: readonly { at: string; text: string; said: string }[]
}

/** How words are written here: in which language and whose days. */
export type Way = { m: Messages; locale: string; zone: string }

type Entry<Kind extends TimelineEntry['kind']> = Extract<TimelineEntry, { kind: Kind }>
const plain = { value: '', more: '', href: null, marks: [], steps: [] }
const joined = (...words: (string | null | undefined | false)[]): string => words.filter(Boolean).join(' · ')

/** One fact of an elder's life with us, in words. */
export function what(way: Way, entry: TimelineEntry): Said {
  const { m } = way
  switch (entry.kind) {
    case 'press':
      return {
        ...plain,
        glyph: 'press',
        title: m.elder.press,
        more: device(m, entry),
        href: `/alarms/${entry.alarmId}`,
        marks: entry.marks,
      }
    case 'alarm':
      return alarm(way, entry)
    case 'reading': {
      const { reading } = entry
      return {
        ...plain,
        glyph: 'reading',
        title: word(m.reading.kind, reading.kind),
        value: figures(reading, way.locale),
        more: [unit(m, reading), ...beside(m, reading)].join(' '),
        marks: marksOf(reading),
      }
    }
    case 'tap':
      return tap(m, entry)
    case 'trouble':
      return trouble(way, entry)
    case 'device':
      return {
        ...plain,
        glyph: 'device',
        title: joined(device(m, entry), actionWord(m, 'elder', entry.action)),
        more: joined(entry.user && m.timeline.by(entry.user.name), entry.reason),
      }
    case 'change':
      return {
        ...plain,
        glyph: entry.of === 'home' ? 'home' : 'seat',
        title: joined(entry.of === 'home' && m.timeline.ofHome, actionWord(m, 'elder', entry.action)),
        more: joined(
          entry.action === 'changed' &&
            Object.keys(entry.after)
              .map((field) => fieldWord(m, 'elder', field))
              .join(m.comma),
          entry.user && m.timeline.by(entry.user.name),
          entry.reason,
        ),
      }
    case 'absence': {
      const kind = word(m.people.absence.kinds, entry.absence)
      const until = entry.step === 'left' && entry.until !== null && entry.until > entry.receivedAt
      return {
        ...plain,
        glyph: 'door',
        title: entry.step === 'left' ? m.timeline.left(kind) : m.timeline.returned(kind),
        more: joined(
          until && m.timeline.until(dayAndTime(entry.until ?? '', way.zone, way.locale, entry.at, false)),
          entry.note,
        ),
      }
    }
    case 'move':
      return {
        ...plain,
        glyph: 'home',
        title: m.timeline.movedTo,
        more: m.timeline.moved(entry.from?.address || m.none, entry.to.address || m.none),
        href: `/homes/${entry.to.id}`,
      }
    case 'call':
    case 'care-check':
    case 'referral':
      return service(m, entry)
    case 'visit':
      return visit(way, entry)
  }
}

/** What people did for her by telephone, at the door and through others. */
function service(m: Messages, entry: Entry<'call' | 'care-check' | 'referral'>): Said {
  const by = entry.user && m.timeline.by(entry.user.name)
  const { calls, care, referral, timeline } = m.service
  switch (entry.kind) {
    case 'call': {
      const outcome = entry.outcome === null ? word(calls.state, entry.state) : word(calls.outcomes, entry.outcome)
      return {
        ...plain,
        glyph: 'phone',
        title: timeline.call(word(calls.direction, entry.direction)),
        value: entry.category === null ? '' : word(calls.categories, entry.category),
        more: joined(outcome, entry.note, by),
        href: `/calls?call=${entry.id}`,
      }
    }
    case 'care-check':
      return {
        ...plain,
        glyph: 'check',
        title: timeline.check,
        value: word(care.results, entry.result),
        more: joined(word(care.channels, entry.channel), entry.corrected && timeline.corrected, entry.note, by),
      }
    case 'referral':
      return {
        ...plain,
        glyph: 'key',
        title: timeline.referral,
        value: word(referral.kinds, entry.referral),
        more: joined(
          word(referral.state, entry.state),
          entry.overdue && referral.overdue,
          entry.what,
          entry.handedTo && referral.to(entry.handedTo),
          entry.result,
          by,
        ),
        href: `/referrals?referral=${entry.id}`,
      }
  }
}

const device = (m: Messages, entry: TimelineEntry): string =>
  entry.device
    ? [word(m.devices.kinds, entry.device.kind), entry.device.label].filter(Boolean).join(' ')
    : (entry.deviceId ?? '')

function alarm({ m, zone }: Way, entry: Entry<'alarm'>): Said {
  const title = m.alarm.title(word(m.kind, entry.alarmKind))
  const steps = entry.steps.map((step) => ({
    at: timeOfDay(step.at, zone),
    text: stepWords(m, step),
    said: step.text,
  }))
  const more = entry.presses > 1 ? m.timeline.pressesCounted(entry.presses) : ''
  return { ...plain, glyph: 'alarm', title, more, href: `/alarms/${entry.id}`, steps }
}

function stepWords(m: Messages, step: Entry<'alarm'>['steps'][number]): string {
  const who = step.user?.name ?? m.entry.system
  switch (step.kind) {
    case 'acknowledged':
      return m.timeline.step.acknowledged(who)
    case 'note':
      return m.timeline.step.note(who)
    case 'escalated':
      return m.timeline.step.escalated(word(m.entry.reason, step.code))
    case 'command':
      return m.timeline.step.command(
        step.code
          .split(' ')
          .map((each) => word(m.command, each))
          .join(' '),
      )
    case 'resolved':
      return m.timeline.step.resolved(who, word(m.alarm.outcome, step.code))
    default:
      return step.kind
  }
}

function visit(way: Way, entry: Entry<'visit'>): Said {
  const { m, zone } = way
  const words = m.visiting
  const { caregiver, provider, minutes, outcome, state } = entry
  const time = (at: string): string => timeOfDay(at, zone, false)
  return {
    ...plain,
    glyph: 'home',
    title: words.visit,
    value: minutes === null ? '' : words.timeline.minutes(String(minutes)),
    more: joined(
      word(words.state, state),
      outcome && words.outcome[outcome],
      entry.inQuestion && words.inQuestion,
      caregiver ? words.timeline.by(caregiver.name, provider.name) : words.timeline.nobody(provider.name),
      words.timeline.planned(time(entry.plannedFrom), time(entry.plannedTo)),
    ),
    href: `/visits/${entry.id}`,
    steps: visitLines(way, entry),
  }
}

function tap(m: Messages, entry: Entry<'tap'>): Said {
  const { badge, door, uid } = entry
  const whose = badge
    ? m.timeline.badge(badge.name, badge.provider)
    : door
      ? m.timeline.door(door.label || door.address)
      : uid
        ? m.timeline.unknownTag(uid)
        : ''
  const where = device(m, entry)
  return {
    ...plain,
    glyph: 'tap',
    title: m.elder.tap,
    more: joined(whose, where && m.timeline.at(where)),
    marks: entry.marks,
  }
}

function trouble({ m, zone, locale }: Way, entry: Entry<'trouble'>): Said {
  if (entry.alarmId === null) {
    const more = joined(device(m, entry), word(m.rejection, entry.code))
    return { ...plain, glyph: 'device', title: m.elder.rejected, more }
  }
  const back = entry.backAt
    ? m.timeline.backAt(dayAndTime(entry.backAt, zone, locale, entry.at, false))
    : entry.state === 'resolved'
      ? ''
      : m.timeline.stillSilent
  return {
    ...plain,
    glyph: 'silent',
    title: m.elder.silent,
    more: joined(device(m, entry), back),
    href: `/alarms/${entry.alarmId}`,
  }
}

/** Whether a person or the platform says it, rather than a device: then there is one clock. */
const byPeople = (entry: TimelineEntry): boolean =>
  entry.kind === 'alarm' ||
  entry.kind === 'trouble' ||
  entry.kind === 'device' ||
  entry.kind === 'change' ||
  entry.kind === 'move' ||
  entry.kind === 'call' ||
  entry.kind === 'referral' ||
  // nobody came, or somebody wrote down that they had
  (entry.kind === 'visit' && entry.deviceAt === null)

/** Both clocks of what a device said; of what people enter, when they did where that was later. */
export function clocks({ m, zone, locale }: Way, entry: TimelineEntry): string {
  if (byPeople(entry)) return ''
  const arrival = dayAndTime(entry.receivedAt, zone, locale, entry.at)
  if (entry.kind === 'absence' || entry.kind === 'care-check')
    return lateBy(entry) === null ? '' : m.timeline.recorded(arrival)
  if (entry.deviceAt === null) return joined(m.elder.noClock, m.timeline.arrived(arrival))
  // a device's clock may be days or years away: then its day is said
  const told = dayAndTime(entry.deviceAt, zone, locale, entry.at)
  const said = entry.kind === 'reading' ? m.timeline.measured(told) : m.elder.deviceClock(told)
  return joined(said, m.timeline.arrived(arrival))
}

/** How long after the fact it arrived, ms, where that is worth saying; a clock that cannot be right says nothing. */
export function lateBy(entry: TimelineEntry): number | null {
  if (byPeople(entry)) return null
  const skewed = 'marks' in entry && entry.marks.includes('skewed')
  const happened = skewed || entry.deviceAt === null ? entry.at : entry.deviceAt
  const late = Date.parse(entry.receivedAt) - Date.parse(happened)
  return late >= WORTH_SAYING_MS ? late : null
}

/** A delay in the unit a person would say: minutes, hours, days. */
export function delay(m: Messages, ms: number): string {
  const minutes = Math.round(ms / 60_000)
  if (minutes < 120) return m.timeline.span.minutes(String(minutes))
  const hours = Math.round(minutes / 60)
  return hours < 48 ? m.timeline.span.hours(String(hours)) : m.timeline.span.days(String(Math.round(hours / 24)))
}
