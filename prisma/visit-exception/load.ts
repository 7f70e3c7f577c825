import { type ConditionKind, required, type Required, type Said, type Substitute } from '@anju/domain/visit/condition'
import type {
  CaregiverFact,
  DoneFact,
  ElderFact,
  PhotoFact,
  PresenceFact,
  Suspension,
  VisitFacts,
} from '@anju/domain/visit/check/facts'
import type { VisitPart } from '@anju/domain/visit/kinds'
import type { Tx } from '../tx.ts'

export type Db = Pick<Tx, 'query'>

/** Of which visits: those of a provider's caregivers (null: given to nobody) planned within a time. */
export interface Batch {
  providerId: string
  caregiverIds: readonly (string | null)[]
  from: Date
  to: Date
}

interface VisitRow extends Pick<
  VisitFacts,
  | 'id'
  | 'homeId'
  | 'providerId'
  | 'jointId'
  | 'state'
  | 'outcome'
  | 'plannedFrom'
  | 'plannedTo'
  | 'beganAt'
  | 'leftAt'
  | 'day'
> {
  elderId: string
  caregiverId: string | null
  lon: number | null
  lat: number | null
  diedOn: string | null
  providerClosedOn: string | null
}

/** Everything the rules ask about these visits, in seven statements however many they are. Drills are no visits. */
export async function loadVisitFacts(db: Db, { providerId, caregiverIds, from, to }: Batch): Promise<VisitFacts[]> {
  const rows = await db.query<VisitRow & Record<string, unknown>>(
    `select visit.id, visit.home_id as "homeId", visit.provider_id as "providerId", visit.joint_id as "jointId", visit.state,
            visit.outcome, visit.planned_from as "plannedFrom", visit.planned_to as "plannedTo",
            visit.began_at as "beganAt", visit.left_at as "leftAt", visit.elder_id as "elderId",
            visit.caregiver_id as "caregiverId", home.lon, home.lat, elder.died_on as "diedOn",
            to_char(coalesce(visit.began_at, visit.planned_from) at time zone area.time_zone, 'YYYY-MM-DD') as day,
            to_char(provider.closed_at at time zone area.time_zone, 'YYYY-MM-DD') as "providerClosedOn"
     from visit join home on home.id = visit.home_id join elder on elder.id = visit.elder_id
       join area on area.id = visit.area_id join provider on provider.id = visit.provider_id
     where visit.provider_id = $1 and visit.planned_from >= $2 and visit.planned_from < $3 and not visit.drill
       and visit.state <> 'cancelled'
       and (visit.caregiver_id = any($4::uuid[]) or visit.caregiver_id is null and $5)`,
    [providerId, from, to, caregiverIds.filter((id) => id !== null), caregiverIds.includes(null)],
    'anew',
  )
  const ids = rows.map(({ id }) => id)
  const [presences, photos, done, ends, caregivers, elders] = await Promise.all([
    loadPresences(db, ids),
    loadPhotos(db, ids),
    loadDone(db, ids),
    loadCorrected(db, ids),
    loadCaregivers(db, [...new Set(rows.flatMap(({ caregiverId }) => caregiverId ?? []))]),
    loadElders(db, rows),
  ])
  return rows.map((row) => {
    const caregiver = row.caregiverId === null ? null : (caregivers.get(row.caregiverId) ?? null)
    const corrected = ends.get(row.id)
    return {
      id: row.id,
      homeId: row.homeId,
      providerId: row.providerId,
      jointId: row.jointId,
      state: row.state,
      outcome: row.outcome,
      plannedFrom: row.plannedFrom,
      plannedTo: row.plannedTo,
      beganAt: row.beganAt,
      leftAt: row.leftAt,
      day: row.day,
      corrected: { begin: corrected?.has('begin') ?? false, end: corrected?.has('end') ?? false },
      home: row.lon === null || row.lat === null ? null : { lon: row.lon, lat: row.lat },
      caregiver: caregiver?.fact ?? null,
      elder: elders.get(row.elderId) ?? { id: row.elderId, diedOn: row.diedOn, absences: [] },
      suspensions: suspensionsOf(row, caregiver?.leftOn ?? null),
      // Who is entitled is not known to the installation yet (P3.3), so nobody is off it.
      roster: 'unknown',
      done: done.get(row.id) ?? [],
      presences: presences.get(row.id) ?? [],
      photos: photos.get(row.id) ?? [],
    }
  })
}

function suspensionsOf({ providerClosedOn }: VisitRow, leftOn: string | null): Suspension[] {
  return [
    ...(providerClosedOn === null ? [] : [{ whose: 'provider' as const, from: dayAfter(providerClosedOn), to: null }]),
    ...(leftOn === null ? [] : [{ whose: 'caregiver' as const, from: dayAfter(leftOn), to: null }]),
  ]
}
/** The last day itself is still a day of work. */
const dayAfter = (day: string): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10)

/** A presence as the rules see it, named in a query over presence and phone. */
export const presenceColumns = `presence.id, presence.visit_id as "visitId", presence.part, presence.way, presence.at,
  presence.device_at as "deviceAt", presence.received_at as "receivedAt", presence.caregiver_id as "caregiverId",
  presence.home_id as "homeId", presence.tag_id as "tagId", presence.counter, presence.phone_id as "phoneId",
  phone.shared_since as "sharedSince", presence.position,
  presence.reasons @> '[{"code": "badge-lent"}]' as lent`

export interface PresenceRow extends Omit<PresenceFact, 'phone' | 'position'> {
  visitId: string | null
  phoneId: string | null
  sharedSince: Date | null
  position: Record<string, unknown> | null
}

export function toPresence(row: PresenceRow): PresenceFact {
  const { id, part, way, at, deviceAt, receivedAt, caregiverId, homeId, tagId, counter, lent } = row
  return {
    id,
    part,
    way,
    at,
    deviceAt,
    receivedAt,
    caregiverId,
    homeId,
    tagId,
    counter,
    phone: row.phoneId === null ? null : { id: row.phoneId, sharedSince: row.sharedSince },
    position: toPosition(row.position),
    lent,
  }
}

function toPosition(position: PresenceRow['position']): PresenceFact['position'] {
  const { lon, lat, accuracyM } = position ?? {}
  if (typeof lon !== 'number' || typeof lat !== 'number') return null
  // Without an accuracy it may be anywhere.
  return { lon, lat, accuracyM: typeof accuracyM === 'number' ? accuracyM : Infinity }
}

/** What was said at the door and afterwards; what a fix gave is told by `corrected`. */
async function loadPresences(db: Db, ids: readonly string[]): Promise<Map<string, PresenceFact[]>> {
  const rows = await db.query<PresenceRow & Record<string, unknown>>(
    `select ${presenceColumns} from presence left join phone on phone.id = presence.phone_id
     where presence.visit_id = any($1::uuid[]) and presence.exception_id is null`,
    [ids],
    'anew',
  )
  return grouped(rows, toPresence)
}

/** Values by the visit each row belongs to. */
function grouped<Row extends { visitId: string | null }, Value>(
  rows: readonly Row[],
  valueOf: (row: Row) => Value,
): Map<string, Value[]> {
  const groups = new Map<string, Value[]>()
  for (const row of rows) {
    if (row.visitId === null) continue
    const group = groups.get(row.visitId)
    if (group) group.push(valueOf(row))
    else groups.set(row.visitId, [valueOf(row)])
  }
  return groups
}

async function loadPhotos(db: Db, ids: readonly string[]): Promise<Map<string, PhotoFact[]>> {
  const rows = await db.query<PhotoFact & { visitId: string }>(
    `select id, visit_id as "visitId", encode(digest, 'hex') as digest, look, taken_at as "takenAt",
            received_at as "receivedAt"
     from visit_file where visit_id = any($1::uuid[]) and kind = 'photo'`,
    [ids],
    'anew',
  )
  return grouped(rows, ({ visitId: _, ...photo }) => photo)
}

async function loadDone(db: Db, ids: readonly string[]): Promise<Map<string, DoneFact[]>> {
  interface Row {
    visitId: string
    code: string
    minMinutes: number | null
    credentials: string[]
    conditions: ConditionKind[]
    familySubstitute: Substitute | null
    understands: boolean
    withoutFamily: boolean
    asked: Required[] | null
    said: Partial<Record<ConditionKind, Said>>
  }
  const rows = await db.query<Row & Record<string, unknown>>(
    `select done.visit_id as "visitId", service.code, service.min_minutes as "minMinutes", service.credentials,
            service.conditions, service.family_substitute as "familySubstitute", elder.understands,
            elder.without_family as "withoutFamily", done.asked, done.conditions as said
     from visit_service done join service on service.id = done.service_id
       join visit on visit.id = done.visit_id join elder on elder.id = visit.elder_id
     where done.visit_id = any($1::uuid[]) and done.done_at is not null`,
    [ids],
    'anew',
  )
  return grouped(rows, ({ code, minMinutes, credentials, asked, said, ...now }) => ({
    code,
    minMinutes,
    credentials,
    required: asked ?? required(now, now),
    said,
  }))
}

/** Ends that a correction gave which nobody refused or took back. */
async function loadCorrected(db: Db, ids: readonly string[]): Promise<Map<string, Set<VisitPart>>> {
  const rows = await db.query<{ visitId: string; part: VisitPart }>(
    `select visit_id as "visitId", part from presence
     where visit_id = any($1::uuid[]) and exception_id is not null and refused_at is null`,
    [ids],
    'anew',
  )
  return new Map([...grouped(rows, ({ part }) => part)].map(([id, parts]) => [id, new Set(parts)]))
}

async function loadCaregivers(
  db: Db,
  ids: readonly string[],
): Promise<Map<string, { fact: CaregiverFact; leftOn: string | null }>> {
  interface Row {
    id: string
    leftOn: string | null
    kinds: string[]
    froms: string[]
    tos: (string | null)[]
  }
  const rows = await db.query<Row & Record<string, unknown>>(
    `select caregiver.id, to_char(caregiver.left_at at time zone area.time_zone, 'YYYY-MM-DD') as "leftOn",
            array_agg(credential.kind order by credential.id) filter (where credential.id is not null) as kinds,
            array_agg(credential.issued_on::text order by credential.id) filter (where credential.id is not null) as froms,
            array_agg(credential.expires_on::text order by credential.id) filter (where credential.id is not null) as tos
     from caregiver join provider on provider.id = caregiver.provider_id join area on area.id = provider.area_id
     left join credential on credential.caregiver_id = caregiver.id and credential.withdrawn_at is null
     where caregiver.id = any($1::uuid[]) group by caregiver.id, area.time_zone`,
    [ids],
    'anew',
  )
  return new Map(
    rows.map(({ id, leftOn, kinds, froms, tos }) => {
      const credentials = (kinds ?? []).map((kind, i) => ({ kind, from: froms[i] ?? '', to: tos[i] ?? null }))
      return [id, { fact: { id, credentials }, leftOn }]
    }),
  )
}

async function loadElders(db: Db, visits: readonly VisitRow[]): Promise<Map<string, ElderFact>> {
  const died = new Map(visits.map(({ elderId, diedOn }) => [elderId, diedOn]))
  const rows = await db.query<{ elderId: string; kind: string; from: Date; to: Date | null }>(
    `select elder_id as "elderId", kind, away_from as "from", away_to as "to" from absence where elder_id = any($1::uuid[])`,
    [[...died.keys()]],
    'anew',
  )
  const absences = Map.groupBy(rows, ({ elderId }) => elderId)
  return new Map(
    [...died].map(([id, diedOn]) => [
      id,
      { id, diedOn, absences: (absences.get(id) ?? []).map(({ kind, from, to }) => ({ kind, from, to })) },
    ]),
  )
}
