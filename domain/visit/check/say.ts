import type { RuleId, RuleInputs } from './finding.ts'

/** Of rules that say one of several things: which of their inputs decides. */
const BY = {
  'no-end': 'open',
  'two-caregivers-one-phone': 'declared',
  'replayed-tag': 'same',
  'cloned-tag': 'how',
  'badge-at-wrong-door': 'what',
  'clock-off': 'way',
  backfilled: 'how',
  'photo-seen-before': 'how',
  'service-without-credential': 'expired',
  'service-without-condition': 'why',
  'after-suspension': 'whose',
} as const

type By = typeof BY
type Chosen = {
  [Rule in keyof By]: `${Rule}:${RuleInputs[Rule][By[Rule] & keyof RuleInputs[Rule]] & (string | boolean)}`
}
/** Too short by the plan alone: nothing that was done says how long it needs. */
const BY_PLAN_ALONE = 'too-short:plan'

/** One sentence a rule can say. */
export type SayKey = Exclude<RuleId, keyof By> | Chosen[keyof By] | typeof BY_PLAN_ALONE

/** By which sentence a case is told; of a newer platform's rule the rule itself. */
export function sayKeyOf(rule: string, inputs: object): string {
  if (rule === 'too-short' && 'needed' in inputs && inputs.needed === 0) return BY_PLAN_ALONE
  const by = new Map<string, string>(Object.entries(BY)).get(rule)
  const chosen = new Map<string, unknown>(Object.entries(inputs)).get(by ?? '')
  return typeof chosen === 'string' || typeof chosen === 'boolean' ? `${rule}:${chosen}` : rule
}
