import { keyOfTag, metaKeyOfArea } from '@anju/domain/proof/diversify'
import { ourTagOf } from '@anju/domain/proof/our-tags'
import { claimedUid, type SunMessage, type SunVerdict, verifySun } from '@anju/domain/proof/sun'
import { readTagConfig, type TagConfig, type TagFormat } from '@anju/domain/proof/tag-config'
import { readTapUrl, type TapUrlFault } from '@anju/domain/proof/tap-url'
import type { MasterKey } from '../key.ts'
import { type AreaKey, areaKeyById, areaKeysAround, areaKeysNamed } from '../tag/area-key.ts'
import type { Tx } from '../tx.ts'

/** A tag of ours as a tap needs it. */
export interface KnownTag {
  id: string
  uid: string
  kind: 'door' | 'badge'
  homeId: string | null
  caregiverId: string | null
  areaKeyId: string | null
  sun: TagConfig | null
  counter: number | null
  /** It replaces another, and no second person has confirmed that. */
  unconfirmed: boolean
}

/** What a tap read: which tag, and whether its code is its own. */
export type ReadTag =
  | { tag: KnownTag; verdict: SunVerdict; message: SunMessage }
  /** The number alone is known: a plain badge, or a tag without keys. */
  | { tag: KnownTag; verdict: null; message: null }
  | { tag: null; uid: string | null; code: TapUrlFault | 'tag-unknown' | 'tag-of-nobody' }

type Ask = Pick<Tx, 'query'>

/** The tag whose number this is, now; null: nobody's. */
export async function tagByUid(tx: Ask, uid: string): Promise<KnownTag | null> {
  const [tag] = await tx.query<KnownTag & Record<string, unknown>>(
    `select id, uid, kind, home_id as "homeId", caregiver_id as "caregiverId", area_key_id as "areaKeyId", sun, counter,
            replaces is not null and checked_by is null as unconfirmed
     from tag where uid = $1 and revoked_at is null`,
    [uid.toUpperCase()],
  )
  return tag ?? null
}

/** Reads the address that a tag made a phone open. */
export async function readTagUrl(tx: Ask, key: MasterKey, url: string): Promise<ReadTag> {
  const ours = ourTagOf(url)
  if (ours === null) return { tag: null, uid: null, code: 'tag-unknown' }
  for (const areaKey of await areaKeysNamed(tx, key, ours.areaKey)) {
    const tag = await tagOfUrl(tx, areaKey, url, ours.kind)
    if (tag !== null) return tag
  }
  return { tag: null, uid: null, code: 'tag-unknown' }
}

async function tagOfUrl(tx: Ask, areaKey: AreaKey, url: string, kind: string): Promise<ReadTag | null> {
  // every tag of one kind and area mirrors alike, so that one of them tells how to read the address
  const [like] = await tx.query<{ sun: TagConfig }>(
    `select sun from tag where area_key_id = $1 and sun ->> 'kind' = $2 limit 1`,
    [areaKey.id, kind],
  )
  const format = like && formatOf(like.sun)
  if (!format) return null
  const read = readTapUrl(url, format)
  if (!read.ok) return { tag: null, uid: null, code: read.code }
  const uid = claimedUid(read.message, metaKeyOfArea(areaKey.bytes))
  if (uid === null) return null
  const tag = await tagByUid(tx, uid)
  if (tag === null) return { tag: null, uid, code: 'tag-of-nobody' }
  return { tag, message: read.message, verdict: verdictOf(tag, read.message, areaKey) }
}

/** Reads what a door reader passed on: a plain number, or a badge's own code. */
export async function readReaderTag(
  tx: Ask,
  key: MasterKey,
  { uid, sun, areaPath }: { uid: string | null; sun: SunMessage | null; areaPath: string },
): Promise<ReadTag> {
  if (sun === null) {
    const tag = uid === null ? null : await tagByUid(tx, uid)
    return tag === null ? { tag: null, uid, code: 'tag-of-nobody' } : { tag, verdict: null, message: null }
  }
  if (!('picc_data' in sun)) {
    const tag = await tagByUid(tx, sun.uid)
    if (tag === null) return { tag: null, uid: sun.uid, code: 'tag-of-nobody' }
    if (tag.areaKeyId === null) return { tag, verdict: null, message: null }
    return { tag, message: sun, verdict: verdictOf(tag, sun, await areaKeyById(tx, key, tag.areaKeyId)) }
  }
  for (const areaKey of await areaKeysAround(tx, key, areaPath)) {
    const claimed = claimedUid(sun, metaKeyOfArea(areaKey.bytes))
    const tag = claimed === null ? null : await tagByUid(tx, claimed)
    if (tag?.areaKeyId === areaKey.id) return { tag, message: sun, verdict: verdictOf(tag, sun, areaKey) }
  }
  return { tag: null, uid: null, code: 'tag-unknown' }
}

function verdictOf(tag: KnownTag, message: SunMessage, areaKey: AreaKey): SunVerdict {
  const format = tag.sun && formatOf(tag.sun)
  if (!format || tag.areaKeyId !== areaKey.id) return { ok: false, code: 'sun-other-format' }
  const metaRead = metaKeyOfArea(areaKey.bytes)
  return verifySun(message, { metaRead, fileRead: keyOfTag(areaKey.bytes, tag.uid, 'fileRead') }, format)
}

function formatOf(config: TagConfig): TagFormat | null {
  const read = readTagConfig(config)
  return read.ok ? read.format : null
}
