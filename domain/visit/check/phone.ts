import type { LonLat } from '../../place/position.ts'
import { distanceM } from '../../place/position.ts'
import { travelMin } from './caregiver-day.ts'
import { MINUTE_MS } from './facts.ts'
import type { Found } from './finding.ts'
import type { CheckPolicy } from './policy.ts'

/** Somebody used a phone for an end of a visit. */
export interface PhoneUse {
  phone: string
  sharedSince: Date | null
  caregiverId: string
  at: Date
  /** null: of a visit that is not asked about, or of none. */
  visitId: string | null
  /** Where, as the visit's home stands. */
  home: LonLat | null
  presenceId: string
}

const byTime = (a: PhoneUse, b: PhoneUse): number =>
  a.at.getTime() - b.at.getTime() || (a.presenceId < b.presenceId ? -1 : 1)
const isShared = ({ sharedSince, at }: PhoneUse): boolean => sharedSince !== null && sharedSince <= at

/**
 * A phone in two hands within a working day. Declared as shared it is a fact; where nobody could have carried it from
 * one home to the other it is grave, whatever was declared.
 */
export function twoCaregiversOnePhone(uses: readonly PhoneUse[], policy: CheckPolicy): Found[] {
  const found: Found[] = []
  let last: PhoneUse | undefined
  let lastOther: PhoneUse | undefined // the last by somebody else than `last`
  for (const use of [...uses].sort(byTime)) {
    const other = last && last.caregiverId === use.caregiverId ? lastOther : last
    if (other && use.visitId !== null) found.push(...twoHands(other, use, use.visitId, policy))
    if (last && last.caregiverId !== use.caregiverId) lastOther = last
    last = use
  }
  return found
}

function twoHands(other: PhoneUse, use: PhoneUse, visitId: string, policy: CheckPolicy): Found[] {
  const apartMin = (use.at.getTime() - other.at.getTime()) / MINUTE_MS
  if (apartMin > policy.phoneWithinMin) return []
  const metres = use.home !== null && other.home !== null ? distanceM(use.home, other.home) : 0
  const carried = apartMin >= travelMin(metres, policy) * policy.travelGraveShare
  const declared = isShared(use)
  const severity = !carried ? 'grave' : declared ? 'notice' : 'warning'
  const inputs = {
    minutes: Math.floor(apartMin),
    phone: use.phone,
    caregiver: other.caregiverId,
    declared,
    metres: Math.round(metres),
  }
  return [{ visitId, rule: 'two-caregivers-one-phone', severity, inputs }]
}

/** One caregiver's uses: ever other phones within days. Found where one more comes in; shared phones do not count. */
export function oneCaregiverManyPhones(uses: readonly PhoneUse[], policy: CheckPolicy): Found[] {
  const found: Found[] = []
  const windowMs = policy.phonesInDays * 24 * 60 * MINUTE_MS
  const own = uses.filter((use) => !isShared(use)).sort(byTime)
  const inside = new Map<string, number>()
  let from = 0
  for (const use of own) {
    for (let old = own[from]; old && use.at.getTime() - old.at.getTime() > windowMs; old = own[from]) {
      const left = (inside.get(old.phone) ?? 1) - 1
      if (left === 0) inside.delete(old.phone)
      else inside.set(old.phone, left)
      from += 1
    }
    const isNew = !inside.has(use.phone)
    inside.set(use.phone, (inside.get(use.phone) ?? 0) + 1)
    if (!isNew || inside.size < policy.phones || use.visitId === null) continue
    const severity = inside.size >= policy.manyPhones ? 'warning' : 'notice'
    const inputs = { phones: inside.size, days: policy.phonesInDays }
    found.push({ visitId: use.visitId, rule: 'one-caregiver-many-phones', severity, inputs })
  }
  return found
}
