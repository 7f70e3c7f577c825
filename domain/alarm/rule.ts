import { ALARM_KINDS, type AlarmKind, callsForHelp, type Priority } from './kinds.ts'
import { PROGRESS_MS, UNOWNED_FIRST_MS, UNOWNED_LAST_MS } from './limits.ts'

/** What is no hurry wakes nobody at night. */
const LOW = { unownedFirstMs: 600_000, unownedLastMs: 3_600_000, progressMs: 1_800_000 }
const OTHERS = { unownedFirstMs: UNOWNED_FIRST_MS, unownedLastMs: UNOWNED_LAST_MS, progressMs: PROGRESS_MS }

/** What an area says of a kind of alarm; null: as the area above has it. Seconds, as people set them. */
export interface AreaRule {
  priority: Priority | null
  unownedFirstS: number | null
  unownedLastS: number | null
  progressS: number | null
}

/** The rule that holds for an alarm. */
export interface AlarmRule {
  priority: Priority
  /** Unowned so long: every seat and the lead. */
  unownedFirstMs: number
  /** Unowned so long: the outside. */
  unownedLastMs: number
  /** Owned, and nothing done for so long: its owner is reminded. */
  progressMs: number
}

/** Bounds of what an area may set, in seconds; the table's own checks are the same. */
export const RULE_BOUNDS_S = { unownedFirst: [30, 600], unownedLast: [60, 3600], progress: [60, 3600] } as const

/**
 * The rule of a kind where `rules` are those of the alarm's area and the areas above it, the nearest first: each value
 * is the nearest that says one. Who calls for help is high everywhere, whatever a rule says.
 */
export function ruleOf(kind: AlarmKind, rules: readonly AreaRule[]): AlarmRule {
  const nearest = <Key extends keyof AreaRule>(key: Key): AreaRule[Key] | null =>
    rules.map((rule) => rule[key]).find((value) => value !== null) ?? null
  const ms = (seconds: number | null, otherwise: number): number => (seconds === null ? otherwise : seconds * 1000)
  const priority = callsForHelp(kind) ? 'high' : (nearest('priority') ?? ALARM_KINDS[kind])
  const otherwise = priority === 'low' ? LOW : OTHERS
  const unownedFirstMs = ms(nearest('unownedFirstS'), otherwise.unownedFirstMs)
  return {
    priority,
    unownedFirstMs,
    unownedLastMs: Math.max(unownedFirstMs, ms(nearest('unownedLastS'), otherwise.unownedLastMs)),
    progressMs: ms(nearest('progressS'), otherwise.progressMs),
  }
}
