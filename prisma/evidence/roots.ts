import type { Head } from '@anju/domain/evidence/chain'
import { type SealedDay, type WrittenRoot, writeRoot } from '@anju/domain/evidence/export'
import { BOUGH_LEAVES } from '@anju/domain/evidence/merkle'
import type { Db } from '../reads.ts'

type Signed = Omit<SealedDay, 'sealedHeads'>

/** Sealed days, in order; where `within` is given, those that sealed some of this piece of an elder's chain. */
export async function readDays(
  db: Db,
  within: { elderId: string; from: number; to: number } | null = null,
): Promise<Signed[]> {
  const { elderId = null, from = 0, to = 0 } = within ?? {}
  return db.$queryRaw<Signed[]>`
    select day::text as day, heads, root, signature from evidence_root
    where ${elderId}::uuid is null
       or day in (select day from evidence_head where elder_id = ${elderId}::uuid and n between ${from} and ${to})
    order by day`
}

/** A sealed day with the ways of these elders' heads to its root; null: of all. */
export async function readRoot(db: Db, sealed: Signed, elders: readonly string[] | null): Promise<WrittenRoot> {
  const boughs = elders === null ? [] : await readBoughs(db, sealed.day)
  if (boughs.length < 2) {
    const sealedHeads = await readHeads(db, sealed.day, { from: null, before: null })
    return writeRoot({ ...sealed, sealedHeads }, new Set(elders ?? sealedHeads.map(({ elderId }) => elderId)))
  }
  const asked = new Set(elders)
  const places = new Set([...asked].map((elder) => boughs.findLastIndex(({ first }) => first <= elder)))
  const hashes = boughs.map(({ hash }) => hash)
  const written = writeRoot({ ...sealed, sealedHeads: [] }, asked)
  // before the first bough: without a chain that day
  for (const place of [...places].filter((one) => one >= 0).sort((a, b) => a - b)) {
    const bounds = { from: boughs[place]?.first ?? null, before: boughs[place + 1]?.first ?? null }
    const under = { sealedHeads: await readHeads(db, sealed.day, bounds), from: place * BOUGH_LEAVES, boughs: hashes }
    written.proofs.push(...writeRoot({ ...sealed, ...under }, asked).proofs)
  }
  return written
}

function readBoughs(db: Db, day: string): Promise<{ first: string; hash: Uint8Array }[]> {
  return db.$queryRaw`
    select first_elder as first, hash from evidence_bough where day = ${day}::date order by place`
}

/** The heads as they were sealed that day, in the tree's order: a day without a row keeps the head of the day before. */
function readHeads(
  db: Db,
  day: string,
  { from, before }: { from: string | null; before: string | null },
): Promise<Head[]> {
  return db.$queryRaw`
    select elder.id as "elderId", head.n, entry.hash
    from elder
    cross join lateral (
      select n from evidence_head where elder_id = elder.id and day <= ${day}::date order by day desc limit 1) head
    join evidence entry on entry.elder_id = elder.id and entry.n = head.n
    where (${from}::uuid is null or elder.id >= ${from}::uuid) and (${before}::uuid is null or elder.id < ${before}::uuid)
    order by elder.id`
}
