import { may } from '@anju/domain/access/role'
import { normalUid } from '@anju/domain/access/tag'
import type { Scope } from '@anju/domain/access/scope'
import { Refusal } from '@anju/domain/error'
import type { ReplacedWhy } from '@anju/domain/proof/replacement'
import { heldCaregiver } from '../caregiver/apply.ts'
import { recordChange } from '../history/apply.ts'
import { newId } from '../id.ts'
import { lockSubjects, type Tx } from '../tx.ts'

export interface NewTag {
  /** As typed; kept as capital hex. */
  uid: string
  label: string
}

/** Gives a caregiver a badge. Refuses as `addTag` does, and `not-found` outside the scope. */
export async function addBadge(
  tx: Tx,
  tag: NewTag & { caregiverId: string },
  scope: Scope,
  now: Date,
): Promise<{ id: string }> {
  const { leftAt, path } = await heldCaregiver(tx, tag.caregiverId, scope)
  if (leftAt !== null) throw new Refusal('not-found', 'This caregiver has left.')
  return addTag(tx, { ...tag, kind: 'badge', subject: `caregiver:${tag.caregiverId}`, path }, scope, now)
}

/** Puts a tag at a home's door. Refuses as `addTag` does, and `not-found` for a home outside the scope. */
export async function addDoorTag(
  tx: Tx,
  tag: NewTag & { homeId: string },
  scope: Scope,
  now: Date,
): Promise<{ id: string }> {
  const [home] = await tx.query<{ path: string }>(
    `select area.path from home join area on area.id = home.area_id
     where home.id = $1 and starts_with(area.path, $2) for share of home`,
    [tag.homeId, scope.areaPath],
  )
  if (!home) throw new Refusal('not-found')
  return addTag(tx, { ...tag, kind: 'door', subject: `home:${tag.homeId}`, path: home.path }, scope, now)
}

/** Whose place a tag takes, and why. */
interface Of {
  replaces?: { id: string; why: ReplacedWhy; note: string }
}

/** Refuses `tag-invalid`, and `tag-taken` with whose it is where whoever asks may know. */
export async function addTag(
  tx: Tx,
  tag: NewTag & { kind: 'door' | 'badge'; homeId?: string; caregiverId?: string; subject: string; path: string } & Of,
  scope: Scope,
  now: Date,
): Promise<{ id: string }> {
  const uid = normalUid(tag.uid)
  if (uid === null) throw new Refusal('tag-invalid')
  // Of two who give one badge to two people, the second is told whose it is.
  await lockSubjects(tx, [`tag:${uid}`])
  const [holder] = await tx.query<{ holder: string; path: string; providerId: string | null }>(
    `select coalesce(caregiver.name, nullif(home.address, ''), 'home') as holder, area.path,
            provider.id as "providerId"
     from tag left join caregiver on caregiver.id = tag.caregiver_id
       left join provider on provider.id = caregiver.provider_id left join home on home.id = tag.home_id
       join area on area.id = coalesce(provider.area_id, home.area_id)
     where tag.uid = $1 and tag.revoked_at is null`,
    [uid],
  )
  if (holder) {
    const known =
      holder.path.startsWith(scope.areaPath) && (scope.providerId === null || scope.providerId === holder.providerId)
    throw new Refusal('tag-taken', undefined, { holder: known ? holder.holder : null })
  }
  const id = newId(now)
  // a chip that hung before goes on counting: what was read of it then stays used
  await tx.query(
    `insert into tag (id, uid, kind, home_id, caregiver_id, label, created_at, made_by, replaces, replaced_why, note,
                      counter)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, (select max(counter) from tag where uid = $2))`,
    [
      id,
      uid,
      tag.kind,
      tag.homeId ?? null,
      tag.caregiverId ?? null,
      tag.label,
      now,
      scope.userId,
      tag.replaces?.id ?? null,
      tag.replaces?.why ?? null,
      tag.replaces?.note ?? '',
    ],
  )
  await noteTag(tx, { id, action: 'tag-given', uid, subject: tag.subject, path: tag.path }, scope, now)
  return { id }
}

/**
 * A tag lost or given back: it is nobody's from now on. Twice is once. Refuses
 * `not-found` outside the scope, and `not-allowed` for a kind that is not the role's to give.
 */
export async function revokeTag(tx: Tx, { id }: { id: string }, scope: Scope, now: Date): Promise<void> {
  const [tag] = await tx.query<{ uid: string; kind: string; subject: string; path: string; revokedAt: Date | null }>(
    `select tag.uid, tag.kind, tag.revoked_at as "revokedAt", area.path,
            case tag.kind when 'badge' then 'caregiver:' || tag.caregiver_id else 'home:' || tag.home_id end as subject
     from tag left join caregiver on caregiver.id = tag.caregiver_id
       left join provider on provider.id = caregiver.provider_id left join home on home.id = tag.home_id
       join area on area.id = coalesce(provider.area_id, home.area_id)
     where tag.id = $1 and starts_with(area.path, $2) and ($3::uuid is null or provider.id = $3) for update of tag`,
    [id, scope.areaPath, scope.providerId],
  )
  if (!tag) throw new Refusal('not-found')
  if (!may(scope.role, tag.kind === 'door' ? 'change-elder' : 'manage-caregivers')) throw new Refusal('not-allowed')
  if (tag.revokedAt !== null) return
  await tx.query('update tag set revoked_at = $2 where id = $1', [id, now])
  await noteTag(tx, { id, action: 'tag-revoked', ...tag }, scope, now)
}

/** What happened to a tag, in the history of whose it is; its holders' pages hear of it. */
export async function noteTag(
  tx: Tx,
  change: { id: string; action: string; uid: string; subject: string; path: string; reason?: string },
  { userId }: Scope,
  now: Date,
): Promise<void> {
  const { id, action, uid, subject, path, reason = '' } = change
  const said = { uid }
  const given = action !== 'tag-revoked'
  await recordChange(tx, {
    subject,
    action,
    before: given ? {} : said,
    after: given ? said : {},
    reason,
    userId,
    now,
  })
  tx.events.push({ at: now, topic: 'staff', name: `tag.${action}`, areaPath: path, subject, body: { tagId: id } })
}
