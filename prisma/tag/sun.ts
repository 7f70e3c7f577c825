import type { Scope } from '@anju/domain/access/scope'
import { Refusal } from '@anju/domain/error'
import { keyOfTag, metaKeyOfArea } from '@anju/domain/proof/diversify'
import { ourTag, type TagKind } from '@anju/domain/proof/our-tags'
import { readTagConfig } from '@anju/domain/proof/tag-config'
import { tagTemplate, type TagTemplate } from '@anju/domain/proof/tag-template'
import { recordChange } from '../history/apply.ts'
import type { MasterKey } from '../key.ts'
import { lockSubjects, type Tx } from '../tx.ts'
import { areaKeyById, areaKeyFor } from './area-key.ts'

/** What is written into a tag: keys in hex, and its file. */
export interface TagWriting {
  uid: string
  kind: TagKind
  /** Numbers as NTAG 424 DNA has them. */
  keys: { master: string; fileRead: string; metaRead: string }
  template: TagTemplate
}

interface Held {
  id: string
  uid: string
  kind: 'door' | 'badge'
  homeId: string | null
  caregiverId: string | null
  areaKeyId: string | null
  sun: { kind: TagKind } | null
  path: string
  keysShownAt: Date | null
}

/**
 * Gives a tag keys of its own, diversified from its area's (AN10922), and says what to write into it: once, and that
 * stands in the history of whose tag it is. Refuses `not-found` outside the scope, `tag-keys-shown`, and `tag-invalid`
 * for a number that is not seven bytes.
 */
export async function writeTag(
  tx: Tx,
  key: MasterKey,
  { id, kind, baseUrl }: { id: string; kind: TagKind; baseUrl: string },
  scope: Scope,
  now: Date,
): Promise<TagWriting> {
  await lockSubjects(tx, [`tag:${id}`])
  const held = await heldTag(tx, id, scope)
  if (held.uid.length !== 14) throw new Refusal('tag-invalid', 'A tag with keys has a number of seven bytes.')
  if (held.keysShownAt !== null) throw new Refusal('tag-keys-shown', undefined, { at: held.keysShownAt.toISOString() })
  const by = { userId: scope.userId, now }
  const areaKey =
    held.areaKeyId === null ? await areaKeyFor(tx, key, held.path, by) : await areaKeyById(tx, key, held.areaKeyId)
  const given = held.sun?.kind ?? kind
  const config = ourTag(given, areaKey.short)
  await tx.query('update tag set area_key_id = $2, sun = $3, keys_shown_at = $4, keys_shown_by = $5 where id = $1', [
    id,
    areaKey.id,
    JSON.stringify({ kind: given, ...config }),
    now,
    scope.userId,
  ])
  const subject = held.kind === 'door' ? `home:${held.homeId}` : `caregiver:${held.caregiverId}`
  const after = { uid: held.uid, kind: given }
  await recordChange(tx, {
    subject,
    action: 'tag-keys-shown',
    before: {},
    after,
    reason: '',
    userId: scope.userId,
    now,
  })
  const format = readTagConfig(config)
  if (!format.ok) throw new Error(`our own tag cannot be read: ${format.code}`)
  const written = tagTemplate(format.format, baseUrl)
  if (!written.ok) throw new Refusal('invalid-request', `The address of this site does not fit: ${written.code}.`)
  return { uid: held.uid, kind: given, keys: keysOf(areaKey.bytes, held.uid), template: written.template }
}

function keysOf(areaKey: Uint8Array, uid: string): TagWriting['keys'] {
  const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex').toUpperCase()
  return {
    master: hex(keyOfTag(areaKey, uid, 'master')),
    fileRead: hex(keyOfTag(areaKey, uid, 'fileRead')),
    metaRead: hex(metaKeyOfArea(areaKey)),
  }
}

async function heldTag(tx: Tx, id: string, scope: Scope): Promise<Held> {
  const [held] = await tx.query<Held & Record<string, unknown>>(
    `select tag.id, tag.uid, tag.kind, tag.home_id as "homeId", tag.caregiver_id as "caregiverId",
            tag.area_key_id as "areaKeyId", tag.sun, tag.keys_shown_at as "keysShownAt", area.path
     from tag left join caregiver on caregiver.id = tag.caregiver_id
       left join provider on provider.id = caregiver.provider_id left join home on home.id = tag.home_id
       join area on area.id = coalesce(provider.area_id, home.area_id)
     where tag.id = $1 and tag.revoked_at is null and starts_with(area.path, $2)
       and ($3::uuid is null or provider.id = $3) for update of tag`,
    [id, scope.areaPath, scope.providerId],
  )
  if (!held) throw new Refusal('not-found')
  return held
}
