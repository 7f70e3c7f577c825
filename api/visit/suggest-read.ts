import type { Scope } from '@anju/domain/access/scope'
import { dayAfter, instantOf, mondayOf } from '@anju/domain/access/roster'
import { todayIn } from '@anju/domain/elder/day'
import { Refusal } from '@anju/domain/error'
import { type Credential, fitToSend, isCredentialKind } from '@anju/domain/visit/credential'
import { AHEAD, GIVEN, UNDER_WAY } from '@anju/domain/visit/kinds'
import { type Candidate, type Reason, suggest, TRAVEL } from '@anju/domain/visit/suggest'
import type { Db } from '@anju/prisma/reads'
import type { Suggestions } from './office-schema.ts'
import { visitsWithin } from './row.ts'

const place = { select: { id: true, lon: true, lat: true } }
const at = ({ lon, lat }: { lon: number | null; lat: number | null }) =>
  lon === null || lat === null ? null : { lon, lat }

/** Who of its provider could give this visit, with reasons; a person decides. Refuses `not-found` outside the scope. */
export async function readSuggestions(scope: Scope, db: Db, id: string): Promise<Suggestions> {
  const visit = await db.visit.findFirst({
    where: { AND: [visitsWithin(scope), { id }] },
    include: { home: place, area: { select: { timeZone: true } }, services: { include: { service: true } } },
  })
  if (!visit) throw new Refusal('not-found')
  const caregivers = await db.caregiver.findMany({
    where: { providerId: visit.providerId, leftAt: null },
    select: {
      id: true,
      name: true,
      credentials: { select: { kind: true, issuedOn: true, expiresOn: true, withdrawnAt: true } },
      kinships: { where: { elderId: visit.elderId, endedAt: null }, select: { relation: true } },
    },
  })
  const ids = caregivers.map((caregiver) => caregiver.id)
  const { timeZone } = visit.area
  const monday = mondayOf(todayIn(timeZone, visit.plannedFrom))
  const week = { from: instantOf(monday, '00:00', timeZone), to: instantOf(dayAfter(monday, 7), '00:00', timeZone) }
  const others = await db.visit.findMany({
    where: {
      caregiverId: { in: ids },
      state: { in: [...AHEAD, ...UNDER_WAY, ...GIVEN] },
      plannedFrom: { lt: week.to },
      plannedTo: { gt: week.from },
      id: { not: id },
      // of a couple's joint visit all go to one
      ...(visit.jointId !== null && { OR: [{ jointId: null }, { jointId: { not: visit.jointId } }] }),
    },
    select: { id: true, caregiverId: true, homeId: true, plannedFrom: true, plannedTo: true, home: place },
  })
  const before = await db.visit.groupBy({
    by: ['caregiverId'],
    where: { elderId: visit.elderId, caregiverId: { in: ids }, state: { in: [...GIVEN] }, id: { not: id } },
    _count: true,
    _max: { beganAt: true },
  })
  const day = todayIn(timeZone, visit.plannedFrom)
  const services = visit.services.map(({ service: { id, credentials } }) => ({
    id,
    credentials: credentials.filter(isCredentialKind),
  }))
  const missingOf = (held: readonly Held[]): string[] => {
    const fitness = fitToSend(held.flatMap(toCredential), services, day)
    return fitness.fit ? [] : fitness.missing.map(({ kind }) => kind)
  }
  const candidates = caregivers.map(({ id: caregiverId, kinships, credentials }): Candidate => {
    const known = before.find((one) => one.caregiverId === caregiverId)
    return {
      id: caregiverId,
      missing: missingOf(credentials),
      kinship: kinships[0]?.relation ?? null,
      visitedBefore: known?._count ?? 0,
      lastVisitedAt: known?._max.beganAt ?? null,
      visits: others
        .filter((other) => other.caregiverId === caregiverId)
        .map((other) => ({ ...other, at: at(other.home) })),
    }
  })
  const { homeId, plannedFrom, plannedTo, home } = visit
  const names = new Map(caregivers.map(({ id, name }) => [id, { id, name }]))
  return {
    items: suggest({ homeId, plannedFrom, plannedTo, at: at(home), provider: null }, candidates).flatMap(
      ({ caregiverId, fits, reasons }) => {
        const caregiver = names.get(caregiverId)
        return caregiver ? [{ caregiver, fits, reasons: reasons.map(plain) }] : []
      },
    ),
    travel: { ...TRAVEL },
  }
}

interface Held {
  kind: string
  issuedOn: Date
  expiresOn: Date | null
  withdrawnAt: Date | null
}
function toCredential({ kind, issuedOn, expiresOn, withdrawnAt }: Held): Credential[] {
  if (!isCredentialKind(kind)) return []
  const day = (at: Date): string => at.toISOString().slice(0, 10)
  return [{ kind, issuedOn: day(issuedOn), expiresOn: expiresOn && day(expiresOn), withdrawn: withdrawnAt !== null }]
}

/** Instants as text. */
function plain(reason: Reason): { code: string } & Record<string, unknown> {
  switch (reason.code) {
    case 'clash':
      return { ...reason, from: reason.from.toISOString(), to: reason.to.toISOString() }
    case 'knows-elder':
      return { ...reason, lastAt: reason.lastAt?.toISOString() ?? null }
    default:
      return { ...reason }
  }
}
