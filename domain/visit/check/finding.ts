import { canonicalJson } from '../../canonical.ts'
import type { UnmetWhy } from '../condition.ts'

export const SEVERITIES = ['notice', 'warning', 'grave'] as const
export type Severity = (typeof SEVERITIES)[number]

/** What each rule says of a case, for the words on screen: minutes, metres, shares as whole percents, codes, instants. */
export interface RuleInputs {
  'no-begin': Record<never, never>
  'no-end': { open: boolean }
  late: { minutes: number; limit: number }
  missed: { minutes: number; limit: number }
  'too-short': { minutes: number; planned: number; needed: number }
  'too-long': { minutes: number; planned: number; limit: number }
  overlap: { minutes: number; other: string }
  'impossible-travel': { minutes: number; needed: number; metres: number; other: string }
  'two-caregivers-one-phone': { minutes: number; phone: string; caregiver: string; declared: boolean; metres: number }
  'one-caregiver-many-phones': { phones: number; days: number }
  'replayed-tag': { counter: number; first: string; same: boolean }
  'cloned-tag': { how: 'backwards'; counter: number; earlier: number; minutes: number } | ClonedApart
  'counter-gap': { gap: number; counter: number }
  'badge-at-wrong-door': { what: 'door' | 'caregiver'; found: string; lent: boolean; part: string }
  'far-from-home': { metres: number; accuracy: number; part: string }
  'clock-off': { minutes: number; way: 'ahead' | 'behind'; part: string }
  backfilled: { minutes: number; how: 'sent-late' | 'typed-late' | 'typed-together'; part: string }
  'identical-durations': { visits: number; of: number; minutes: number; share: number }
  'round-times': { ends: number; of: number; share: number }
  'batch-taps': { visits: number; minutes: number }
  'photo-seen-before': { photo: string; first: string; other: string; how: 'same-file' | 'same-look'; bits: number }
  'photo-older-than-visit': { photo: string; minutes: number }
  'service-without-credential': { credential: string; code: string; expired: boolean }
  'service-without-condition': { condition: string; code: string; why: UnmetWhy }
  'after-death': { diedOn: string }
  'after-suspension': { whose: 'elder' | 'provider' | 'caregiver'; from: string }
  'outside-roster': Record<never, never>
  'elder-away': { kind: string; from: string; minutes: number }
  'many-manual-entries': { ends: number; of: number; share: number }
}
interface ClonedApart {
  how: 'apart'
  counter: number
  metres: number
  minutes: number
}
export type RuleId = keyof RuleInputs

/** Of every rule its version: another one is another verdict, even where it says the same. */
export const RULE_VERSIONS: Readonly<Record<RuleId, number>> = {
  'no-begin': 1,
  'no-end': 1,
  late: 1,
  missed: 1,
  'too-short': 1,
  'too-long': 1,
  overlap: 1,
  'impossible-travel': 1,
  'two-caregivers-one-phone': 1,
  'one-caregiver-many-phones': 1,
  'replayed-tag': 1,
  'cloned-tag': 1,
  'counter-gap': 1,
  'badge-at-wrong-door': 1,
  'far-from-home': 1,
  'clock-off': 1,
  backfilled: 1,
  'identical-durations': 1,
  'round-times': 1,
  'batch-taps': 1,
  'photo-seen-before': 1,
  'photo-older-than-visit': 1,
  'service-without-credential': 1,
  'service-without-condition': 2,
  'after-death': 1,
  'after-suspension': 1,
  'outside-roster': 1,
  'elder-away': 1,
  'many-manual-entries': 2,
}

export function isRuleId(text: string): text is RuleId {
  return Object.hasOwn(RULE_VERSIONS, text)
}
export const RULE_IDS: readonly RuleId[] = Object.keys(RULE_VERSIONS).filter(isRuleId)

/** One case that a rule sees. */
export type Found = {
  [Rule in RuleId]: { visitId: string; rule: Rule; severity: Severity; inputs: RuleInputs[Rule] }
}[RuleId]

export type Inputs = Found['inputs']

/** What a rule says about a visit: all its cases, as grave as the gravest. Nothing is decided by it alone. */
export interface Finding {
  visitId: string
  rule: RuleId
  version: number
  severity: Severity
  inputs: readonly Inputs[]
}

const graver = (a: Severity, b: Severity): Severity => (SEVERITIES.indexOf(a) >= SEVERITIES.indexOf(b) ? a : b)
const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** Cases of one visit and rule are one finding; the order of what was found does not matter. */
export function gather(found: readonly Found[]): Finding[] {
  const findings = new Map<string, { visitId: string; rule: RuleId; severity: Severity; cases: Map<string, Inputs> }>()
  for (const { visitId, rule, severity, inputs } of found) {
    const key = `${visitId} ${rule}`
    const held = findings.get(key)
    if (held) {
      held.severity = graver(held.severity, severity)
      held.cases.set(canonicalJson(inputs), inputs)
    } else {
      findings.set(key, { visitId, rule, severity, cases: new Map([[canonicalJson(inputs), inputs]]) })
    }
  }
  return [...findings]
    .sort(([a], [b]) => order(a, b))
    .map(([, { visitId, rule, severity, cases }]) => ({
      visitId,
      rule,
      version: RULE_VERSIONS[rule],
      severity,
      inputs: [...cases].sort(([a], [b]) => order(a, b)).map(([, inputs]) => inputs),
    }))
}

/** Rules about a month: with each visit their numbers move a little, and that is nothing new. */
const OF_A_MONTH: readonly RuleId[] = ['identical-durations', 'round-times', 'many-manual-entries']

/** Whether a decision about the one is a decision about the other. */
export function isSame(rule: RuleId, a: Judged, b: Judged): boolean {
  if (a.severity !== b.severity || a.version !== b.version) return false
  return OF_A_MONTH.includes(rule) || canonicalJson(a.inputs) === canonicalJson(b.inputs)
}
export interface Judged {
  severity: string
  version: number
  inputs: unknown
}
