const DAY_MS = 86_400_000

/** By which way somebody looked (P2.7). */
export const CARE_CHANNELS = ['home', 'phone', 'video'] as const
export type CareChannel = (typeof CARE_CHANNELS)[number]

export const CARE_RESULTS = ['well', 'needs-help', 'not-reached'] as const
export type CareResult = (typeof CARE_RESULTS)[number]

/** Whether a check says how somebody is: a telephone that nobody took says nothing. */
export function counts(result: CareResult): boolean {
  return result !== 'not-reached'
}

/** An elder's checks as the rule needs them. */
export interface CareWatch {
  /** The last check that counts; before the first, the registration. */
  since: Date
  /** Days between two checks; null: none are planned. */
  everyDays: number | null
  /** Time away since then, up to now, in ms: the weeks do not run while somebody is in hospital. */
  awayMs: number
  awayNow: boolean
  alive: boolean
}

export type CareDue =
  { kind: 'none'; why: 'not-planned' | 'dead' | 'away' } | { kind: 'due'; dueAt: Date; overdueDays: number }

/**
 * When the next look is due. `overdueDays` counts whole days beyond it, 0 on the day and before. Care checks are owed
 * per week (P2.1 key 5, P2.2); what the interval is, is the bureau's to say.
 */
export function careDue(watch: CareWatch, now: Date): CareDue {
  if (!watch.alive) return { kind: 'none', why: 'dead' }
  if (watch.everyDays === null) return { kind: 'none', why: 'not-planned' }
  if (watch.awayNow) return { kind: 'none', why: 'away' }
  const dueAt = new Date(watch.since.getTime() + watch.everyDays * DAY_MS + watch.awayMs)
  return { kind: 'due', dueAt, overdueDays: Math.max(0, Math.floor((now.getTime() - dueAt.getTime()) / DAY_MS)) }
}

/** Overdue by this many days raises an alarm, unless a setting says otherwise. */
export const OVERDUE_AFTER_DAYS = 3
export const OVERDUE_BOUNDS_DAYS = [1, 30] as const
export const CARE_RULE = 'care-check/1'
/** From this many overdue elders of a community on, one alarm lists them: the reason is then not theirs. */
export const GROUPED_FROM = 3

export interface OverdueElder {
  id: string
  homeId: string
  dueAt: Date
}

export type OverdueGroup = { of: 'elder'; elders: [OverdueElder] } | { of: 'community'; elders: OverdueElder[] }

/**
 * How the overdue of one community are told: by an alarm of their own while they are few, by one that lists them when
 * they are many or one is open that does.
 */
export function groupOverdue(overdue: readonly OverdueElder[], groupIsOpen: boolean): OverdueGroup[] {
  if (overdue.length === 0) return []
  const elders = [...overdue].sort((a, b) => a.dueAt.getTime() - b.dueAt.getTime() || (a.id < b.id ? -1 : 1))
  if (groupIsOpen || elders.length >= GROUPED_FROM) return [{ of: 'community', elders }]
  return elders.map((elder) => ({ of: 'elder', elders: [elder] }))
}

/** Overdue checks are told at this minute of the day: in the morning, when somebody can still go. */
const TOLD_AT_MIN = 8 * 60 + 30

/** The next time a community's checks are asked after: the morning that follows `now` in its zone. */
export function nextAsked(timeZone: string, now: Date): Date {
  const parts = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
    .formatToParts(now)
    .map(({ value }) => Number(value))
  const minute = (parts[0] ?? 0) * 60 + (parts[2] ?? 0)
  const ahead = (TOLD_AT_MIN - minute + 1440) % 1440 || 1440
  return new Date(Math.floor(now.getTime() / 60_000) * 60_000 + ahead * 60_000)
}

/** Who is asked after first where a village is dark, and why. */
export const KEY_REASONS = ['alone', 'over-80', 'conditions'] as const
export type KeyReason = (typeof KEY_REASONS)[number]

/** Why somebody must be seen in person when a village has gone dark; most reasons first. */
export function keyReasons(elder: { livesAlone: boolean; age: number | null; conditions: string }): KeyReason[] {
  return [
    ...(elder.livesAlone ? (['alone'] as const) : []),
    ...(elder.age !== null && elder.age >= 80 ? (['over-80'] as const) : []),
    ...(elder.conditions.trim() !== '' ? (['conditions'] as const) : []),
  ]
}
