import type { Scope } from '@anju/domain/access/scope'
import { Refusal } from '@anju/domain/error'
import { heldArea } from '../area/held.ts'
import { recordChange } from '../history/apply.ts'
import { lastChangeOf } from '../history/changed-by.ts'
import { differ } from '../history/differ.ts'
import { newId } from '../id.ts'
import { heldProvider } from '../provider/apply.ts'
import { lockSubjects, type Tx } from '../tx.ts'

export interface ContractFacts {
  number: string
  /** 'YYYY-MM-DD', both included; no last day: until it is ended. */
  validFrom: string
  validTo: string | null
  note: string
}

/**
 * Keeps a government's contract with a provider for an area and all below it. Refuses `not-found` outside the scope,
 * `provider-closed`, `time-order`, `contract-overlaps`.
 */
export async function addContract(
  tx: Tx,
  contract: ContractFacts & { providerId: string; areaId: string },
  scope: Scope,
  now: Date,
): Promise<{ id: string }> {
  const { providerId, areaId, number, validFrom, validTo, note } = contract
  await lockSubjects(tx, [`provider:${providerId}`])
  const provider = await heldProvider(tx, providerId, scope)
  const area = await heldArea(tx, areaId, scope)
  if (provider.closedAt !== null) throw new Refusal('provider-closed')
  await requireTimes(tx, contract, null)
  const id = newId(now)
  await tx.query(
    `insert into contract (id, provider_id, area_id, number, valid_from, valid_to, note, made_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [id, providerId, areaId, number, validFrom, validTo, note, now],
  )
  const after = { number, validFrom, validTo, note, areaId, provider: provider.name }
  await record(tx, { id, providerId, action: 'added', after, path: area.path }, scope, now)
  return { id }
}

export type ContractChange = { [Fact in keyof ContractFacts]?: ContractFacts[Fact] | undefined } & {
  id: string
  version: number
  /** Ended before its time, or taken up again. */
  ended?: boolean | undefined
}

/** Changes or ends a contract. Refuses `not-found` outside the scope, `changed-meanwhile`, `time-order`, `contract-overlaps`. */
export async function changeContract(tx: Tx, change: ContractChange, scope: Scope, now: Date): Promise<void> {
  const { id, version } = change
  const [place] = await tx.query<{ providerId: string; areaId: string }>(
    'select provider_id as "providerId", area_id as "areaId" from contract where id = $1',
    [id],
  )
  if (!place) throw new Refusal('not-found')
  const { providerId, areaId } = place
  await lockSubjects(tx, [`provider:${providerId}`])
  const area = await heldArea(tx, areaId, scope)
  const [held] = await tx.query<ContractFacts & { endedAt: Date | null; version: number }>(
    `select number, valid_from as "validFrom", valid_to as "validTo", note, ended_at as "endedAt", version
     from contract where id = $1 for no key update`,
    [id],
  )
  if (!held) throw new Refusal('not-found')
  const { endedAt, version: stored, ...facts } = held
  const was = { ...facts, ended: endedAt !== null }
  if (stored !== version) {
    const current = { ...was, version: stored }
    throw new Refusal('changed-meanwhile', undefined, { current, ...(await lastChangeOf(tx, `contract:${id}`)) })
  }
  const { before, after, any } = differ(was, change)
  if (!any) return
  const to = { ...was, ...after }
  if (!to.ended) await requireTimes(tx, { ...to, providerId, areaId }, id)
  await tx.query(
    `update contract set number = $2, valid_from = $3, valid_to = $4, note = $5, ended_at = $6, version = version + 1
     where id = $1`,
    [id, to.number, to.validFrom, to.validTo, to.note, to.ended ? (endedAt ?? now) : null],
  )
  const action = after.ended === undefined ? 'changed' : after.ended ? 'ended' : 'taken-up'
  await record(tx, { id, providerId, action, before, after, path: area.path }, scope, now)
}

async function requireTimes(
  tx: Tx,
  contract: ContractFacts & { providerId: string; areaId: string },
  id: string | null,
): Promise<void> {
  const { providerId, areaId, validFrom, validTo } = contract
  if (validTo !== null && validTo < validFrom) throw new Refusal('time-order')
  const [other] = await tx.query(
    `select from contract where provider_id = $1 and area_id = $2 and ended_at is null and id is distinct from $5::uuid
       and valid_from <= coalesce($4::date, 'infinity') and coalesce(valid_to, 'infinity') >= $3::date`,
    [providerId, areaId, validFrom, validTo, id],
  )
  if (other) throw new Refusal('contract-overlaps')
}

async function record(
  tx: Tx,
  change: { id: string; providerId: string; action: string; before?: object; after: object; path: string },
  { userId }: Scope,
  now: Date,
): Promise<void> {
  const { id, providerId, action, path } = change
  const subject = `contract:${id}`
  const [before, after] = [{ ...change.before }, { ...change.after }]
  await recordChange(tx, { subject, action, before, after, reason: '', userId, now })
  const body = { contractId: id, providerId }
  tx.events.push({ at: now, topic: 'staff', name: `contract.${action}`, areaPath: path, subject, body })
}
