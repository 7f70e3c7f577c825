import { may } from '@anju/domain/access/role'
import { normalUid } from '@anju/domain/access/tag'
import type { Scope } from '@anju/domain/access/scope'
import { Refusal } from '@anju/domain/error'
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

/** Refuses `tag-invalid`, and `tag-taken` with whose it is where whoever asks may know. */
async function addTag(
  tx: Tx,
  tag: NewTag & { kind: 'door' | 'badge'; homeId?: string; caregiverId?: string; subject: string; path: string },
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
  await tx.query(
    `insert into tag (id, uid, kind, home_id, caregiver_id, label, created_at) values ($1, $2, $3, $4, $5, $6, $7)`,
    [id, uid, tag.kind, tag.homeId ?? null, tag.caregiverId ?? null, tag.label, now],
  )
  await note(tx, { id, action: 'tag-given', uid, subject: tag.subject, path: tag.path }, scope, now)
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
  await note(tx, { id, action: 'tag-revoked', ...tag }, scope, now)
}

async function note(
  tx: Tx,
  change: { id: string; action: string; uid: string; subject: string; path: string },
  { userId }: Scope,
  now: Date,
): Promise<void> {
  const { id, action, uid, subject, path } = change
  const said = { uid }
  const given = action === 'tag-given'
  await recordChange(tx, {
    subject,
    action,
    before: given ? {} : said,
    after: given ? said : {},
    reason: '',
    userId,
    now,
  })
  tx.events.push({ at: now, topic: 'staff', name: `tag.${action}`, areaPath: path, subject, body: { tagId: id } })
}
