import { randomBytes } from 'node:crypto'
import { newId } from '../id.ts'
import { open, seal, type MasterKey } from '../key.ts'
import { lockSubjects, type Tx } from '../tx.ts'

const PURPOSE = 'area-key'
/** AES-128: what NTAG 424 DNA and AN10922 have. */
const KEY_BYTES = 16

export interface AreaKey {
  id: string
  /** As tags say it in their addresses. */
  short: string
  bytes: Uint8Array
}

interface Kept {
  id: string
  sealed: Buffer
}

/** Twelve hex digits of chance: which area's key, and nothing more. */
export const shortOf = (id: string): string => id.replaceAll('-', '').slice(-12)

function opened(key: MasterKey, { id, sealed }: Kept): AreaKey {
  return { id, short: shortOf(id), bytes: open(key, PURPOSE, id, sealed) }
}

/**
 * The key that new tags of an area take: that of the county above it, made at the first asking. Sealed under ANJU_KEY;
 * a key that is retired goes on verifying the tags that have it.
 */
export async function areaKeyFor(
  tx: Tx,
  key: MasterKey,
  areaPath: string,
  by: { userId: string | null; now: Date },
): Promise<AreaKey> {
  const [kept] = await tx.query<Kept>(
    `select area_key.id, area_key.sealed from area_key join area on area.id = area_key.area_id
     where starts_with($1, area.path) and area_key.retired_at is null order by length(area.path) desc limit 1`,
    [areaPath],
  )
  if (kept) return opened(key, kept)
  const [top] = await tx.query<{ id: string }>(
    'select id from area where starts_with($1, path) order by length(path) limit 1',
    [areaPath],
  )
  if (!top) throw new Error(`no area at ${areaPath}`)
  await lockSubjects(tx, [`area-key:${top.id}`])
  const [meanwhile] = await tx.query<Kept>(
    'select id, sealed from area_key where area_id = $1 and retired_at is null',
    [top.id],
  )
  return meanwhile ? opened(key, meanwhile) : makeAreaKey(tx, key, top.id, by)
}

async function makeAreaKey(
  tx: Tx,
  key: MasterKey,
  areaId: string,
  { userId, now }: { userId: string | null; now: Date },
): Promise<AreaKey> {
  const id = newId(now)
  const bytes = randomBytes(KEY_BYTES)
  await tx.query('insert into area_key (id, area_id, sealed, made_by, made_at) values ($1, $2, $3, $4, $5)', [
    id,
    areaId,
    seal(key, PURPOSE, id, bytes),
    userId,
    now,
  ])
  return { id, short: shortOf(id), bytes }
}

/** New tags of this area take a new key from now on; those that hang keep theirs. Refuses nothing: without one, one is made. */
export async function renewAreaKey(
  tx: Tx,
  key: MasterKey,
  areaId: string,
  by: { userId: string | null; now: Date },
): Promise<AreaKey> {
  await lockSubjects(tx, [`area-key:${areaId}`])
  await tx.query('update area_key set retired_at = $2 where area_id = $1 and retired_at is null', [areaId, by.now])
  return makeAreaKey(tx, key, areaId, by)
}

/** The keys whose short name an address bears; by chance there may be two. */
export async function areaKeysNamed(tx: Pick<Tx, 'query'>, key: MasterKey, short: string): Promise<AreaKey[]> {
  const kept = await tx.query<Kept>(
    `select id, sealed from area_key where right(replace(id::text, '-', ''), 12) = $1`,
    [short],
  )
  return kept.map((one) => opened(key, one))
}

/** The key a tag has. */
export async function areaKeyById(tx: Pick<Tx, 'query'>, key: MasterKey, id: string): Promise<AreaKey> {
  const [kept] = await tx.query<Kept>('select id, sealed from area_key where id = $1', [id])
  if (!kept) throw new Error(`no area key ${id}`)
  return opened(key, kept)
}

/** Every key in use at or above and below an area, for a reader that passes on a hidden UID. */
export async function areaKeysAround(tx: Pick<Tx, 'query'>, key: MasterKey, areaPath: string): Promise<AreaKey[]> {
  const kept = await tx.query<Kept>(
    `select area_key.id, area_key.sealed from area_key join area on area.id = area_key.area_id
     where starts_with($1, area.path) or starts_with(area.path, $1) order by area_key.made_at desc`,
    [areaPath],
  )
  return kept.map((one) => opened(key, one))
}
