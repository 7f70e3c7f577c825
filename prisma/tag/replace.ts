import type { Scope } from '@anju/domain/access/scope'
import { Refusal } from '@anju/domain/error'
import { cannotConfirm, type ReplacedWhy, type Replacement } from '@anju/domain/proof/replacement'
import { lockSubjects, type Tx } from '../tx.ts'
import { addTag, type NewTag, noteTag } from './apply.ts'

interface DoorTag extends Replacement {
  id: string
  uid: string
  homeId: string
  path: string
  revokedAt: Date | null
}

/**
 * A new tag takes the place of one that was torn off or broke: the old one is nobody's from now on, and what the new one
 * says is supported at most until a second person has confirmed it. Refuses `not-found`, `tag-invalid`, `tag-taken`.
 */
export async function replaceTag(
  tx: Tx,
  { id, why, note, ...tag }: NewTag & { id: string; why: ReplacedWhy; note: string },
  scope: Scope,
  now: Date,
): Promise<{ id: string }> {
  const old = await heldDoorTag(tx, id, scope)
  if (old.revokedAt !== null) throw new Refusal('not-found', 'This tag was taken off already.')
  const { homeId, path } = old
  const subject = `home:${homeId}`
  await tx.query('update tag set revoked_at = $2 where id = $1', [id, now])
  await noteTag(tx, { id, action: 'tag-revoked', uid: old.uid, subject, path, reason: note }, scope, now)
  return addTag(tx, { ...tag, kind: 'door', homeId, subject, path, replaces: { id, why, note } }, scope, now)
}

/** A second person has seen that the new tag hangs where the old one did. Refuses as `cannotConfirm` says. */
export async function confirmTag(
  tx: Tx,
  { id, note }: { id: string; note: string },
  scope: Scope,
  now: Date,
): Promise<void> {
  const tag = await heldDoorTag(tx, id, scope)
  if (tag.revokedAt !== null || scope.userId === null) throw new Refusal('not-found')
  const cannot = cannotConfirm(tag, scope.userId)
  if (cannot !== null) throw new Refusal(cannot)
  await tx.query('update tag set checked_by = $2, checked_at = $3 where id = $1', [id, scope.userId, now])
  const { uid, homeId, path } = tag
  const subject = `home:${homeId}`
  await noteTag(tx, { id, action: 'tag-confirmed', uid, subject, path, reason: note }, scope, now)
}

async function heldDoorTag(tx: Tx, id: string, scope: Scope): Promise<DoorTag> {
  await lockSubjects(tx, [`tag:${id}`])
  const [tag] = await tx.query<DoorTag & Record<string, unknown>>(
    `select tag.id, tag.uid, tag.home_id as "homeId", tag.replaces as "replacesId", tag.made_by as "madeById",
            tag.checked_by as "checkedById", tag.revoked_at as "revokedAt", area.path
     from tag join home on home.id = tag.home_id join area on area.id = home.area_id
     where tag.id = $1 and starts_with(area.path, $2) and $3::uuid is null for update of tag`,
    [id, scope.areaPath, scope.providerId],
  )
  if (!tag) throw new Refusal('not-found')
  return tag
}
