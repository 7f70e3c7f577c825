import { may } from '@anju/domain/access/role'
import type { Scope } from '@anju/domain/access/scope'
import { Refusal } from '@anju/domain/error'
import type { SetAsideReason } from '@anju/domain/proof/unmatched'
import { recordChange } from '../history/apply.ts'
import { addBadge } from '../tag/apply.ts'
import { lockSubjects, type Tx } from '../tx.ts'
import { loadKeptPresence } from './kept.ts'
import { tellTap } from './unmatched.ts'

interface Unmatched {
  id: string
  uid: string | null
  tagId: string | null
  setAsideAt: Date | null
  setAsideWhy: string | null
  path: string
  providerId: string | null
}

/**
 * A tap that is about no visit is put aside, with why; nothing is deleted, and it can be given to a visit still. Refuses
 * `not-allowed`, `not-found`, `presence-matched`, `presence-decided`.
 */
export async function setAsidePresence(
  tx: Tx,
  { id, why, note }: { id: string; why: SetAsideReason; note: string },
  scope: Scope,
  now: Date,
): Promise<void> {
  requireDecider(scope)
  const presence = await heldUnmatched(tx, id)
  if (presence.setAsideAt !== null) throw new Refusal('presence-decided')
  await tx.query('update presence set set_aside_by = $2, set_aside_at = $3, set_aside_why = $4 where id = $1', [
    id,
    scope.userId,
    now,
    why,
  ])
  const change = { before: {}, after: { why }, reason: note, userId: scope.userId, now }
  await recordChange(tx, { subject: `presence:${id}`, action: 'set-aside', ...change })
  tellTap(tx, presence, 'tap-set-aside', now)
}

/**
 * What was put aside waits again: whoever put it aside slipped, or something new is known. That it was aside, who did it
 * and why stays in its history. Refuses `not-allowed`, `not-found`, `presence-matched`, `presence-not-aside`.
 */
export async function takeUpPresence(
  tx: Tx,
  { id, note }: { id: string; note: string },
  scope: Scope,
  now: Date,
): Promise<void> {
  requireDecider(scope)
  const presence = await heldUnmatched(tx, id)
  if (presence.setAsideAt === null) throw new Refusal('presence-not-aside')
  await tx.query('update presence set set_aside_by = null, set_aside_at = null, set_aside_why = null where id = $1', [
    id,
  ])
  const change = { before: { why: presence.setAsideWhy }, after: {}, reason: note, userId: scope.userId, now }
  await recordChange(tx, { subject: `presence:${id}`, action: 'taken-up', ...change })
  tellTap(tx, presence, 'tap-taken-up', now)
}

/** An office decides what a tap is about, and so does supervision. */
function requireDecider(scope: Scope): void {
  if (!may(scope.role, 'plan-visits') && !may(scope.role, 'check-visits')) throw new Refusal('not-allowed')
}

/**
 * Somebody knows whose badge it was that nobody knew: it is that caregiver's from now on, and so are the taps of it that
 * wait. Refuses `presence-not-badge` where no number was read, and as `addBadge` does.
 */
export async function nameBadge(
  tx: Tx,
  { id, caregiverId, reason }: { id: string; caregiverId: string; reason: string },
  scope: Scope,
  now: Date,
): Promise<void> {
  const { uid, tagId, ...presence } = await heldUnmatched(tx, id)
  if (uid === null || tagId !== null) throw new Refusal('presence-not-badge')
  const badge = await addBadge(tx, { uid, label: '', caregiverId }, scope, now)
  const named = await tx.query<{ id: string }>(
    `update presence set tag_id = $2, caregiver_id = $3, verification = verification || '{"code": "no-visit"}'
     where uid = $1 and way = 'reader' and visit_id is null and tag_id is null returning id`,
    [uid, badge.id, caregiverId],
  )
  for (const one of named) {
    const change = { before: {}, after: { caregiverId, tagId: badge.id }, reason, userId: scope.userId, now }
    await recordChange(tx, { subject: `presence:${one.id}`, action: 'badge-named', ...change })
  }
  tellTap(tx, presence, 'badge-named', now)
}

async function heldUnmatched(tx: Tx, id: string): Promise<Unmatched> {
  await lockSubjects(tx, [`presence:${id}`])
  const kept = await loadKeptPresence(tx, id)
  if (!kept) throw new Refusal('not-found')
  if (kept.visitId !== null) throw new Refusal('presence-matched', undefined, { visitId: kept.visitId })
  const [place] = await tx.query<{ path: string; providerId: string | null }>(
    `select area.path, provider.id as "providerId"
     from presence left join home on home.id = presence.home_id left join caregiver on caregiver.id = presence.caregiver_id
       left join provider on provider.id = caregiver.provider_id left join device on device.id = presence.device_id
       join area on area.id = coalesce(home.area_id, provider.area_id, device.area_id)
     where presence.id = $1`,
    [id],
  )
  if (!place) throw new Refusal('not-found')
  const { uid, tag, setAsideAt, setAsideWhy } = kept
  return { id, uid, tagId: tag?.id ?? null, setAsideAt, setAsideWhy, ...place }
}
