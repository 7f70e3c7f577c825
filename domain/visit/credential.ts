const DAY_MS = 86_400_000
/** How long before its end somebody is told that a credential runs out. */
export const WARN_AHEAD_DAYS = 30

/** What a caregiver may be found fit by. Training ends in an exam (P1.1); certificates are what a service may ask. */
export const CREDENTIAL_KINDS = [
  'daily-care-training', // 生活照料
  'rehabilitation-training', // 康复护理
  'counselling-training', // 心理介护
  'rescue-training', // 紧急救助
  'exam',
  'medical-check',
  'contract', // of employment
  'care-certificate', // 养老护理员证书
  'nurse-licence',
  'doctor-licence',
  'rehabilitation-certificate',
  'other',
] as const
export type CredentialKind = (typeof CREDENTIAL_KINDS)[number]

export function isCredentialKind(text: string): text is CredentialKind {
  return CREDENTIAL_KINDS.some((kind) => kind === text)
}

/** “三不”: not trained → no work, no medical check → no entry to a home, no contract → no dispatch (P1.1). */
export const FITNESS_RULES = ['training', 'medical-check', 'contract', 'service'] as const
export type FitnessRule = (typeof FITNESS_RULES)[number]

/** What everybody who is sent must hold, and by which of the three; what a service asks beside it is data (P4). */
export const HELD_BY_ALL: Partial<Record<CredentialKind, Exclude<FitnessRule, 'service'>>> = {
  'daily-care-training': 'training',
  'rehabilitation-training': 'training',
  'counselling-training': 'training',
  'rescue-training': 'training',
  exam: 'training',
  'medical-check': 'medical-check',
  contract: 'contract',
}
const heldByAll = CREDENTIAL_KINDS.filter((kind) => HELD_BY_ALL[kind] !== undefined)

/** Days are 'YYYY-MM-DD'. */
export interface Credential {
  kind: CredentialKind
  issuedOn: string
  /** The last day it holds; null: it does not expire. */
  expiresOn: string | null
  withdrawn: boolean
}

/** How a caregiver stands with one kind of credential on a day. */
export type Standing =
  | { state: 'valid'; until: string | null }
  | { state: 'expiring'; until: string; inDays: number }
  | { state: 'not-yet'; from: string }
  | { state: 'expired'; since: string }
  | { state: 'withdrawn' }
  | { state: 'never' }

/**
 * How these credentials of one caregiver stand in a kind on a day. One that follows another without a gap carries it
 * on: who renewed in time is not warned.
 */
export function standingOf(credentials: readonly Credential[], kind: CredentialKind, day: string): Standing {
  const all = credentials.filter((one) => one.kind === kind)
  const kept = all.filter(({ withdrawn }) => !withdrawn)
  const until = heldUntil(kept, day)
  if (until === ENDLESS) return { state: 'valid', until: null }
  if (until !== null) {
    const inDays = daysBetween(day, until)
    return inDays <= WARN_AHEAD_DAYS ? { state: 'expiring', until, inDays } : { state: 'valid', until }
  }
  const from = kept.map(({ issuedOn }) => issuedOn).filter((issuedOn) => issuedOn > day)
  if (from.length > 0) return { state: 'not-yet', from: first(from) }
  const ends = kept.flatMap(({ expiresOn }) => expiresOn ?? [])
  if (ends.length > 0) return { state: 'expired', since: last(ends) }
  return { state: all.length > 0 ? 'withdrawn' : 'never' }
}

/** Later than every day. */
const ENDLESS = '~'

/** The last day without a gap from `day` on; null: it does not hold on that day. */
function heldUntil(kept: readonly Credential[], day: string): string | null {
  let until: string | null = null
  for (const { issuedOn, expiresOn } of kept.toSorted((a, b) => (a.issuedOn < b.issuedOn ? -1 : 1))) {
    if (expiresOn !== null && expiresOn < day) continue
    if (issuedOn > (until === null ? day : dayAfter(until))) continue
    if (expiresOn === null) return ENDLESS
    if (until === null || expiresOn > until) until = expiresOn
  }
  return until
}

export interface ServiceAsked {
  id: string
  /** Its own, beside what everybody must hold. */
  credentials: readonly CredentialKind[]
}

export interface Missing {
  kind: CredentialKind
  rule: FitnessRule
  why: 'never' | 'expired' | 'withdrawn' | 'not-yet'
  /** The last day it held, or the first it will hold. */
  day: string | null
  /** Of rule `service`: which ask for it. */
  services: string[]
}

export type Fitness = { fit: true } | { fit: false; missing: Missing[] }

/** Whether a caregiver with these credentials may be sent to give these services on a day (P1.1); all that is missing is named. */
export function fitToSend(credentials: readonly Credential[], services: readonly ServiceAsked[], day: string): Fitness {
  const asked = CREDENTIAL_KINDS.map((kind) => ({
    kind,
    rule: HELD_BY_ALL[kind] ?? ('service' as const),
    services: services.filter((service) => service.credentials.includes(kind)).map(({ id }) => id),
  })).filter(({ rule, services }) => rule !== 'service' || services.length > 0)
  const missing = asked.flatMap(({ kind, rule, services }): Missing[] => {
    const standing = standingOf(credentials, kind, day)
    if (standing.state === 'valid' || standing.state === 'expiring') return []
    return [{ kind, rule, why: standing.state, day: dayNamed(standing), services: rule === 'service' ? services : [] }]
  })
  return missing.length === 0 ? { fit: true } : { fit: false, missing }
}

function dayNamed(standing: Standing): string | null {
  if (standing.state === 'expired') return standing.since
  return standing.state === 'not-yet' ? standing.from : null
}

/** Those kinds a caregiver holds that run out within `WARN_AHEAD_DAYS`, the soonest first. */
export function expiring(
  credentials: readonly Credential[],
  day: string,
): { kind: CredentialKind; until: string; inDays: number }[] {
  return CREDENTIAL_KINDS.flatMap((kind) => {
    const standing = standingOf(credentials, kind, day)
    return standing.state === 'expiring' ? [{ kind, until: standing.until, inDays: standing.inDays }] : []
  }).toSorted((a, b) => a.inDays - b.inDays)
}

/** How a caregiver stands in what everybody must hold, and in whatever else is on file. */
export function standings(
  credentials: readonly Credential[],
  day: string,
): { kind: CredentialKind; standing: Standing }[] {
  return CREDENTIAL_KINDS.filter(
    (kind) => heldByAll.includes(kind) || credentials.some((one) => one.kind === kind),
  ).map((kind) => ({ kind, standing: standingOf(credentials, kind, day) }))
}

function daysBetween(from: string, to: string): number {
  return Math.round((at(to) - at(from)) / DAY_MS)
}
function dayAfter(day: string): string {
  return new Date(at(day) + DAY_MS).toISOString().slice(0, 10)
}
const at = (day: string): number => Date.parse(`${day}T00:00:00Z`)
const first = (days: readonly string[]): string => days.reduce((one, other) => (other < one ? other : one))
const last = (days: readonly string[]): string => days.reduce((one, other) => (other > one ? other : one))
