/**
 * What must be so before or while a service is given (P4), and how that is kept: said by the caregiver, with who it
 * was, or with a paper.
 */
export const CONDITIONS = {
  'safety-briefing': { when: 'before', how: 'said' },
  'bathing-conditions': { when: 'before', how: 'said' },
  'body-assessed': { when: 'before', how: 'said' },
  'doctor-order': { when: 'before', how: 'paper' },
  'medical-guidance': { when: 'throughout', how: 'named' },
  'family-present': { when: 'throughout', how: 'named' },
  'guardian-present': { when: 'throughout', how: 'named' },
} as const satisfies Record<string, { when: 'before' | 'throughout'; how: 'said' | 'named' | 'paper' }>
export type ConditionKind = keyof typeof CONDITIONS

export function isConditionKind(text: string): text is ConditionKind {
  return Object.hasOwn(CONDITIONS, text)
}
export const CONDITION_KINDS = Object.keys(CONDITIONS).filter(isConditionKind)

/** Who may stand in for the family where nobody of it lives (特困, 失独), if an area's policy says so. */
export const SUBSTITUTES = ['community-clerk', 'village-group', 'neighbour', 'second-caregiver'] as const
export type Substitute = (typeof SUBSTITUTES)[number]

export interface ConditionedService {
  conditions: readonly ConditionKind[]
  /** What the area's policy names in place of `family-present`; null: nobody. */
  familySubstitute: Substitute | null
}

export interface ElderServed {
  /** Understands what is done and can agree to it; otherwise the guardian is there for every service. */
  understands: boolean
  /** Nobody of the family lives. */
  withoutFamily: boolean
}

export interface Required {
  condition: ConditionKind
  /** Who may be there in place of the family, with the elder's own consent. */
  substitute: Substitute | null
}

/** What is required for a service given to this elder. */
export function required(service: ConditionedService, elder: ElderServed): Required[] {
  const asked = new Set<ConditionKind>(service.conditions)
  if (!elder.understands) asked.add('guardian-present')
  return CONDITION_KINDS.filter((condition) => asked.has(condition)).map((condition) => ({
    condition,
    substitute: condition === 'family-present' && elder.withoutFamily ? service.familySubstitute : null,
  }))
}

/** What was said of a condition at a visit, as it stands in `visit_service.conditions`. */
export interface Said {
  met: boolean
  /** Who was there, guided or ordered. */
  who?: string
  /** The order's number or date, where a paper is asked. */
  paper?: string
  /** Who stood in for the family. */
  substitute?: Substitute
  /** The elder agreed to that. */
  consented?: boolean
  /** Who it was and which paper were deleted lawfully; whether it was met is still known. */
  erased?: true
}

export type UnmetWhy = 'not-said' | 'not-met' | 'nobody-named' | 'no-paper' | 'no-substitute-allowed' | 'no-consent'
export interface Unmet {
  condition: ConditionKind
  why: UnmetWhy
}

/** What is not met of what is required: such a service may not be given. */
export function unmet(asked: readonly Required[], said: Readonly<Partial<Record<ConditionKind, Said>>>): Unmet[] {
  return asked.flatMap((one) => {
    const why = whyUnmet(one, said[one.condition])
    return why === null ? [] : [{ condition: one.condition, why }]
  })
}

function whyUnmet({ condition, substitute }: Required, said: Said | undefined): UnmetWhy | null {
  if (said === undefined) return 'not-said'
  if (!said.met) return 'not-met'
  const { how } = CONDITIONS[condition]
  const named = (text: string | undefined): boolean => said.erased === true || !blank(text)
  if (how !== 'said' && !named(said.who)) return 'nobody-named'
  if (how === 'paper' && !named(said.paper)) return 'no-paper'
  if (said.substitute === undefined) return null
  if (said.substitute !== substitute) return 'no-substitute-allowed'
  return said.consented === true ? null : 'no-consent'
}

const blank = (text: string | undefined): boolean => text === undefined || text.trim() === ''
