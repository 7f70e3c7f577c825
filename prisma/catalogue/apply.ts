import type { Scope } from '@anju/domain/access/scope'
import { Refusal } from '@anju/domain/error'
import { ANNEX_SOURCE, COUNTY_ANNEX, namesGoods, type ServiceCategory } from '@anju/domain/visit/catalogue'
import type { ConditionKind, Substitute } from '@anju/domain/visit/condition'
import type { CredentialKind } from '@anju/domain/visit/credential'
import { heldArea } from '../area/held.ts'
import { recordChange } from '../history/apply.ts'
import { lastChangeOf } from '../history/changed-by.ts'
import { differ } from '../history/differ.ts'
import { newId } from '../id.ts'
import { lockSubjects, type Tx } from '../tx.ts'

/** What a catalogue says of a service; what a plan is silent about stays empty (P4). */
export interface ServiceFacts {
  code: string
  category: ServiceCategory
  name: string
  note: string
  unit: string
  priceFen: number | null
  minMinutes: number | null
  conditions: ConditionKind[]
  familySubstitute: Substitute | null
  credentials: CredentialKind[]
  photos: boolean
  source: string
}

/** Puts a service into an area's catalogue. Refuses `not-found`, `service-code-taken`, `service-is-goods`. */
export async function addService(
  tx: Tx,
  service: ServiceFacts & { areaId: string },
  scope: Scope,
  now: Date,
): Promise<{ id: string }> {
  const { areaId, ...facts } = service
  const area = await lockCatalogue(tx, areaId, scope)
  const [id] = await store(tx, { area, added: [facts] }, scope, now)
  if (id === undefined) throw new Error('nothing was stored')
  return { id }
}

/**
 * Starts an area's catalogue from the county's annex; what has a number already stands as it is. Answers how many were
 * added. Refuses `not-found`.
 */
export async function startFromAnnex(tx: Tx, areaId: string, scope: Scope, now: Date): Promise<{ added: number }> {
  const area = await lockCatalogue(tx, areaId, scope)
  const rows = await tx.query<{ code: string }>('select code from service where area_id = $1 and retired_at is null', [
    areaId,
  ])
  const added = COUNTY_ANNEX.filter((entry) => !rows.some(({ code }) => code === entry.code)).map((entry) => ({
    ...entry,
    conditions: [...entry.conditions],
    unit: '',
    priceFen: null,
    minMinutes: null,
    familySubstitute: null,
    credentials: [],
    source: ANNEX_SOURCE,
  }))
  await store(tx, { area, added }, scope, now)
  return { added: added.length }
}

type Area = { id: string; path: string }

/** One catalogue is changed by one at a time. */
async function lockCatalogue(tx: Tx, areaId: string, scope: Scope): Promise<Area> {
  await lockSubjects(tx, [`catalogue:${areaId}`])
  return heldArea(tx, areaId, scope)
}

async function store(
  tx: Tx,
  { area, added }: { area: Area; added: readonly ServiceFacts[] },
  scope: Scope,
  now: Date,
): Promise<string[]> {
  const ids: string[] = []
  for (const facts of added) {
    await requireService(tx, area.id, facts)
    const id = newId(now)
    const { code, category, name, note, unit, priceFen, minMinutes, conditions, familySubstitute } = facts
    await tx.query(
      `insert into service (id, area_id, code, category, name, note, unit, price_fen, min_minutes, conditions,
                            family_substitute, credentials, photos, source, made_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
      [
        ...[id, area.id, code, category, name, note, unit, priceFen, minMinutes, conditions, familySubstitute],
        ...[facts.credentials, facts.photos, facts.source, now],
      ],
    )
    await record(tx, { id, action: 'added', after: { ...facts }, path: area.path }, scope, now)
    ids.push(id)
  }
  return ids
}

async function requireService(tx: Tx, areaId: string, { code, name }: ServiceFacts, id?: string): Promise<void> {
  if (namesGoods(name)) throw new Refusal('service-is-goods')
  const [taken] = await tx.query(
    `select from service where area_id = $1 and code = $2 and retired_at is null and id is distinct from $3::uuid`,
    [areaId, code, id ?? null],
  )
  if (taken) throw new Refusal('service-code-taken')
}

export type ServiceChange = { [Fact in keyof ServiceFacts]?: ServiceFacts[Fact] | undefined } & {
  id: string
  version: number
  /** Taken out of the catalogue, or put back. */
  retired?: boolean | undefined
}

/**
 * Changes a service; what it was stays in its history, with from when. Refuses `not-found` outside the scope,
 * `changed-meanwhile`, `service-code-taken`, `service-is-goods`.
 */
export async function changeService(tx: Tx, change: ServiceChange, scope: Scope, now: Date): Promise<void> {
  const { id, version } = change
  const [place] = await tx.query<{ areaId: string }>('select area_id as "areaId" from service where id = $1', [id])
  if (!place) throw new Refusal('not-found')
  const area = await lockCatalogue(tx, place.areaId, scope)
  const [held] = await tx.query<ServiceFacts & { retiredAt: Date | null; version: number }>(
    `select code, category, name, note, unit, price_fen as "priceFen", min_minutes as "minMinutes", conditions,
            family_substitute as "familySubstitute", credentials, photos, source, retired_at as "retiredAt", version
     from service where id = $1 for no key update`,
    [id],
  )
  if (!held) throw new Refusal('not-found')
  const { retiredAt, version: stored, ...facts } = held
  const was = { ...facts, retired: retiredAt !== null }
  if (stored !== version) {
    const current = { ...was, version: stored }
    throw new Refusal('changed-meanwhile', undefined, { current, ...(await lastChangeOf(tx, `service:${id}`)) })
  }
  const { before, after, any } = differ(was, change)
  if (!any) return
  const to = { ...was, ...after }
  if (!to.retired) await requireService(tx, area.id, to, id)
  await tx.query(
    `update service set code = $2, category = $3, name = $4, note = $5, unit = $6, price_fen = $7, min_minutes = $8,
            conditions = $9, family_substitute = $10, credentials = $11, photos = $12, source = $13, retired_at = $14,
            version = version + 1
     where id = $1`,
    [
      ...[id, to.code, to.category, to.name, to.note, to.unit, to.priceFen, to.minMinutes, to.conditions],
      ...[to.familySubstitute, to.credentials, to.photos, to.source, to.retired ? (retiredAt ?? now) : null],
    ],
  )
  const action = after.retired === undefined ? 'changed' : after.retired ? 'retired' : 'restored'
  await record(tx, { id, action, before, after, path: area.path }, scope, now)
}

async function record(
  tx: Tx,
  change: { id: string; action: string; before?: object; after: object; path: string },
  { userId }: Scope,
  now: Date,
): Promise<void> {
  const { id, action, path } = change
  const subject = `service:${id}`
  const [before, after] = [{ ...change.before }, { ...change.after }]
  await recordChange(tx, { subject, action, before, after, reason: '', userId, now })
  const body = { serviceId: id }
  tx.events.push({ at: now, topic: 'service', name: `service.${action}`, areaPath: path, subject, body })
}
