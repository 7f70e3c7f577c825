import { batchTaps, timesAndWays } from './caregiver-day.ts'
import { backfilled, clockOff } from './clock.ts'
import { late, missed, noBegin, noEnd, tooLong, tooShort } from './ends.ts'
import {
  afterDeath,
  afterSuspension,
  elderAway,
  outsideRoster,
  withoutCondition,
  withoutCredential,
} from './entitled.ts'
import { type Around, NOTHING_AROUND, occasionOf, type PresenceFact, type VisitFacts } from './facts.ts'
import { type Finding, type Found, gather } from './finding.ts'
import { identicalDurations, manyManualEntries, roundTimes } from './pattern.ts'
import { oneCaregiverManyPhones, type PhoneUse, twoCaregiversOnePhone } from './phone.ts'
import { photoOlderThanVisit, photoSeenBefore, type SentPhoto } from './photo.ts'
import { badgeAtWrongDoor, farFromHome } from './place.ts'
import { CHECK_POLICY, type CheckPolicy } from './policy.ts'
import { type TagTap, tagHistory } from './tag-history.ts'

export interface Asked {
  /** Whole months of their caregivers: a pattern is looked for in what is given. */
  visits: readonly VisitFacts[]
  around?: Around
  asOf: Date
  policy?: CheckPolicy
}

/**
 * What the rules find in these visits, each alone and beside its neighbours. The same facts give the same findings, in
 * whatever order they come; each visit is touched a bounded number of times, beside sorting.
 */
export function checkMonth({ visits, around = NOTHING_AROUND, asOf, policy = CHECK_POLICY }: Asked): Finding[] {
  return gather([...visits.flatMap((visit) => ofVisit(visit, asOf, policy)), ...ofNeighbours(visits, around, policy)])
}

/** The same of one visit: `visits` holds it with its caregiver's month, `around` what shares its phones, tags, photos. */
export function checkVisit(
  id: string,
  { visits, around = NOTHING_AROUND, asOf, policy = CHECK_POLICY }: Asked,
): Finding[] {
  const own = visits.filter((visit) => visit.id === id)
  return gather([
    ...own.flatMap((visit) => ofVisit(visit, asOf, policy)),
    ...ofNeighbours(visits, around, policy).filter(({ visitId }) => visitId === id),
  ])
}

function ofVisit(visit: VisitFacts, asOf: Date, policy: CheckPolicy): Found[] {
  return [
    ...noBegin(visit),
    ...noEnd(visit, asOf, policy),
    ...late(visit, policy),
    ...missed(visit, asOf, policy),
    ...tooShort(visit, policy),
    ...tooLong(visit, policy),
    ...badgeAtWrongDoor(visit),
    ...farFromHome(visit, policy),
    ...clockOff(visit, policy),
    ...backfilled(visit, policy),
    ...photoOlderThanVisit(visit, policy),
    ...withoutCredential(visit, policy),
    ...withoutCondition(visit),
    ...afterDeath(visit),
    ...afterSuspension(visit),
    ...outsideRoster(visit),
    ...elderAway(visit, policy),
  ]
}

function ofNeighbours(visits: readonly VisitFacts[], around: Around, policy: CheckPolicy): Found[] {
  const found: Found[] = []
  const withCaregiver = visits.filter(({ caregiver }) => caregiver !== null)
  for (const own of Map.groupBy(withCaregiver, ({ caregiver }) => caregiver?.id).values()) {
    found.push(...timesAndWays(own, policy), ...batchTaps(own, policy))
    for (const month of Map.groupBy(own, ({ day }) => day.slice(0, 7)).values()) {
      found.push(
        ...identicalDurations(month, policy),
        ...roundTimes(month, policy),
        ...manyManualEntries(month, policy),
      )
    }
  }
  const uses = phoneUses(visits, around)
  for (const own of Map.groupBy(uses, ({ phone }) => phone).values()) found.push(...twoCaregiversOnePhone(own, policy))
  for (const own of Map.groupBy(uses, ({ caregiverId }) => caregiverId).values()) {
    found.push(...oneCaregiverManyPhones(own, policy))
  }
  for (const taps of Map.groupBy(tagTaps(visits, around), ({ tag }) => tag).values()) {
    found.push(...tagHistory(taps, policy))
  }
  return [...found, ...photoSeenBefore(sentPhotos(visits, around), policy)]
}

function phoneUses(visits: readonly VisitFacts[], around: Around): PhoneUse[] {
  const use = (presence: PresenceFact, of: { home: PhoneUse['home']; visitId: string | null }): PhoneUse[] => {
    const { id, phone, caregiverId, at } = presence
    if (phone === null || caregiverId === null) return []
    return [{ ...of, phone: phone.id, sharedSince: phone.sharedSince, caregiverId, at, presenceId: id }]
  }
  return [
    ...visits.flatMap(({ id, home, presences }) =>
      presences.flatMap((presence) => use(presence, { home, visitId: id })),
    ),
    ...around.presences.flatMap((presence) => use(presence, { home: presence.home, visitId: null })),
  ]
}

function tagTaps(visits: readonly VisitFacts[], around: Around): TagTap[] {
  const tap = (presence: PresenceFact, of: Pick<TagTap, 'visitId' | 'occasion' | 'asked'>): TagTap[] => {
    const { id, at, receivedAt, phone, position, tagId, counter } = presence
    if (tagId === null || counter === null) return []
    return [{ ...of, id, at, receivedAt, phone, position, tag: tagId, counter }]
  }
  return [
    ...visits.flatMap((visit) =>
      visit.presences.flatMap((presence) =>
        tap(presence, { visitId: visit.id, occasion: occasionOf(visit), asked: true }),
      ),
    ),
    ...around.presences.flatMap((presence) =>
      tap(presence, { visitId: presence.visitId, occasion: presence.visitId, asked: false }),
    ),
  ]
}

function sentPhotos(visits: readonly VisitFacts[], around: Around): SentPhoto[] {
  return [
    ...visits.flatMap(({ id, homeId, providerId, jointId, photos }) =>
      photos.map((photo) => ({ ...photo, visitId: id, homeId, providerId, jointId, asked: true })),
    ),
    ...around.photos.map((photo) => ({ ...photo, asked: false })),
  ]
}
