import { keyOfTag, metaKeyOfArea } from '@anju/domain/proof/diversify'
import { ourTag, type TagKind } from '@anju/domain/proof/our-tags'
import { readTagConfig } from '@anju/domain/proof/tag-config'
import { tagTemplate } from '@anju/domain/proof/tag-template'
import type { MasterKey } from '../key.ts'
import { areaKeyById, areaKeyFor } from '../tag/area-key.ts'
import type { Tx } from '../tx.ts'
import type { DemoRecord } from './record.ts'

/** What was written into a door's tag, as the page that registers one prints it, and where it hangs. */
export interface DemoDoor {
  home: string
  /** WGS-84. */
  lon: number
  lat: number
  uid: string
  keys: { metaRead: string; fileRead: string }
  ndef: string
  fileSettings: string
  /** How often it was read before. */
  reads: number
}

const KIND: TagKind = 'hidden'

/**
 * The tags at the demo's doors hold keys of their own, diversified from its county's, as tags that people register do.
 * A demo of an earlier release is given them at its next start; what a person hung there since is left alone.
 */
export async function giveDoorKeys(tx: Tx, key: MasterKey, { areaPath, base }: DemoRecord, now: Date): Promise<void> {
  const bare = await tx.query<{ id: string }>(
    `select tag.id from tag join home on home.id = tag.home_id join area on area.id = home.area_id
     where tag.sun is null and tag.revoked_at is null and tag.kind = 'door' and starts_with(area.path, $1)
       and tag.created_at <= $2`,
    [areaPath, new Date(base)],
  )
  if (bare.length === 0) return
  const areaKey = await areaKeyFor(tx, key, areaPath, { userId: null, now })
  await tx.query(
    `update tag set area_key_id = $2, sun = $3, written_at = created_at,
            counter = coalesce(counter, (select max(counter) from presence where tag_id = tag.id))
     where id = any($1)`,
    [bare.map(({ id }) => id), areaKey.id, JSON.stringify({ kind: KIND, ...ourTag(KIND, areaKey.short) })],
  )
}

/** The demo's tags as whoever wrote them knows them: the simulator's doors. `site` is this installation's address. */
export async function demoDoors(
  tx: Pick<Tx, 'query'>,
  key: MasterKey,
  { areaPath }: DemoRecord,
  site: string,
): Promise<DemoDoor[]> {
  const hung = await tx.query<{
    uid: string
    home: string
    lon: number
    lat: number
    areaKeyId: string
    counter: number | null
  }>(
    `select tag.uid, tag.home_id as home, home.lon, home.lat, tag.area_key_id as "areaKeyId", tag.counter
     from tag join home on home.id = tag.home_id join area on area.id = home.area_id
     where tag.kind = 'door' and tag.revoked_at is null and tag.sun ->> 'kind' = $2 and starts_with(area.path, $1)
       and home.lon is not null order by tag.uid`,
    [areaPath, KIND],
  )
  const written = new Map<string, ReturnType<typeof writingOf>>()
  const doors: DemoDoor[] = []
  for (const { uid, home, lon, lat, areaKeyId, counter } of hung) {
    const areaKey = await areaKeyById(tx, key, areaKeyId)
    const writing = written.get(areaKeyId) ?? writingOf(areaKey.short, site)
    written.set(areaKeyId, writing)
    const keys = {
      metaRead: hex(metaKeyOfArea(areaKey.bytes)),
      fileRead: hex(keyOfTag(areaKey.bytes, uid, 'fileRead')),
    }
    doors.push({ home, lon, lat, uid, keys, ...writing, reads: counter ?? 0 })
  }
  return doors
}

function writingOf(areaKey: string, site: string): Pick<DemoDoor, 'ndef' | 'fileSettings'> {
  const format = readTagConfig(ourTag(KIND, areaKey))
  if (!format.ok) throw new Error(`our own tag cannot be read: ${format.code}`)
  const made = tagTemplate(format.format, `${site}/t`)
  if (!made.ok) throw new Error(`the address ${site} does not fit a tag: ${made.code}`)
  return { ndef: made.template.ndef, fileSettings: made.template.fileSettings }
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex').toUpperCase()
