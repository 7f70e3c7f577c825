import type { Scope } from '@anju/domain/access/scope'
import { Refusal } from '@anju/domain/error'
import type { VisitState } from '@anju/domain/visit/kinds'
import { lockElder, requireOwnFile, type HeldElder } from '../elder/lock.ts'
import { newId } from '../id.ts'
import type { Tx } from '../tx.ts'
import { armVisit } from './clock.ts'
import { addVisitEntry } from './entry.ts'

export interface NewVisit {
  /** A couple's joint visit names both; each has a visit of their own. */
  elderIds: readonly string[]
  providerId: string
  plannedFrom: Date
  plannedTo: Date
  serviceIds: readonly string[]
  /** Of a plan that comes back, with its day. */
  plan?: { id: string; day: string }
  note?: string
}

/**
 * Plans a visit for one elder, or a joint one for several of one home. Refuses `not-found` for an elder, provider or
 * service outside the scope, `elder-merged`, `elder-dead`, `elder-away`, `no-contract`, `time-order`, and
 * `invalid-request` where those of a joint visit do not live together.
 */
export async function planVisits(tx: Tx, visit: NewVisit, scope: Scope, now: Date): Promise<{ ids: string[] }> {
  if (visit.plannedTo <= visit.plannedFrom) throw new Refusal('time-order')
  await requireProvider(tx, visit.providerId, scope)
  const elders: HeldElder[] = []
  for (const id of visit.elderIds.toSorted()) {
    const others = visit.elderIds.map((other) => `elder:${other}`)
    elders.push(await lockElder(tx, id, scope.areaPath, others))
  }
  if (new Set(elders.map(({ homeId }) => homeId)).size > 1) {
    throw new Refusal('invalid-request', 'A joint visit is for people of one home.')
  }
  const jointId = elders.length > 1 ? newId(now) : null
  const ids: string[] = []
  for (const elder of elders) ids.push(await planFor(tx, elder, { ...visit, jointId }, scope.userId, now))
  return { ids }
}

/** One elder's visit; the caller holds her lock. Refuses before anything is written, so that a plan can go on without it. */
export async function planFor(
  tx: Tx,
  elder: HeldElder,
  visit: Omit<NewVisit, 'elderIds'> & { jointId: string | null },
  userId: string | null,
  now: Date,
): Promise<string> {
  await requireAtHome(tx, elder, visit)
  await requireContract(tx, visit.providerId, elder, visit.plannedFrom)
  await requireServices(tx, visit.serviceIds, elder.areaPath)
  return insertVisit(tx, { ...visit, elder }, userId, now)
}

export async function requireProvider(tx: Tx, providerId: string, scope: Scope): Promise<void> {
  const [provider] = await tx.query(
    `select provider.id from provider join area on area.id = provider.area_id
     where provider.id = $1 and provider.closed_at is null and ($3::uuid is null or provider.id = $3)
       and (starts_with(area.path, $2) or starts_with($2, area.path))`,
    [providerId, scope.areaPath, scope.providerId],
  )
  if (!provider) throw new Refusal('not-found', 'There is no such provider within your area.')
}

type Times = Pick<NewVisit, 'plannedFrom' | 'plannedTo'>

/** Absence pauses visits: whoever is in hospital then is visited there by nobody. */
async function requireAtHome(tx: Tx, elder: HeldElder, { plannedFrom, plannedTo }: Times): Promise<void> {
  requireOwnFile(elder)
  if (elder.diedOn !== null) throw new Refusal('elder-dead')
  const [away] = await tx.query<{ kind: string; from: Date; to: Date | null }>(
    `select kind, away_from as "from", away_to as "to" from absence
     where elder_id = $1 and away_from < $3 and (away_to is null or away_to > $2) order by away_from limit 1`,
    [elder.id, plannedFrom, plannedTo],
  )
  if (away) throw new Refusal('elder-away', undefined, { kind: away.kind, from: away.from, to: away.to })
}

/** A provider comes only where and while a government's contract sends it. */
export async function requireContract(
  tx: Tx,
  providerId: string,
  { areaPath, timeZone }: { areaPath: string; timeZone: string },
  on: Date,
): Promise<void> {
  const [contract] = await tx.query(
    `select contract.id from contract join area on area.id = contract.area_id
     where contract.provider_id = $1 and starts_with($2, area.path) and contract.ended_at is null
       and contract.valid_from <= ($3::timestamptz at time zone $4)::date
       and (contract.valid_to is null or contract.valid_to >= ($3::timestamptz at time zone $4)::date) limit 1`,
    [providerId, areaPath, on, timeZone],
  )
  if (!contract) throw new Refusal('no-contract')
}

export async function requireServices(tx: Tx, serviceIds: readonly string[], areaPath: string): Promise<void> {
  const found = await tx.query<{ id: string }>(
    `select service.id from service join area on area.id = service.area_id
     where service.id = any($1) and service.retired_at is null and starts_with($2, area.path)`,
    [serviceIds, areaPath],
  )
  if (found.length < new Set(serviceIds).size) throw new Refusal('not-found', 'There is no such service here.')
}

async function insertVisit(
  tx: Tx,
  visit: Omit<NewVisit, 'elderIds'> & { elder: HeldElder; jointId: string | null },
  userId: string | null,
  now: Date,
): Promise<string> {
  const { elder, jointId, providerId, plannedFrom, plannedTo, plan, note = '' } = visit
  const id = newId(now)
  const state: VisitState = 'planned'
  await tx.query(
    `insert into visit (id, area_id, area_path, elder_id, home_id, provider_id, plan_id, plan_day, joint_id, planned_from,
                        planned_to, state, made_by, made_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
    [
      id,
      elder.areaId,
      elder.areaPath,
      elder.id,
      elder.homeId,
      providerId,
      plan?.id ?? null,
      plan?.day ?? null,
      jointId,
      plannedFrom,
      plannedTo,
      state,
      userId,
      now,
    ],
  )
  tx.send(
    'insert into visit_service (visit_id, service_id, planned) select $1, service, true from unnest($2::uuid[]) as service',
    [id, [...new Set(visit.serviceIds)]],
  )
  const planned = { ...elder, id, elderId: elder.id, providerId, caregiverId: null, state }
  await addVisitEntry(tx, planned, { kind: 'planned', userId, at: now, ...(note && { body: { note } }) })
  armVisit(tx, { id, elderId: elder.id, plannedFrom, plannedTo, state }, now)
  return id
}
