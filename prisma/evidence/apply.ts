import { randomBytes } from 'node:crypto'
import { commit, nextEntry, SALT_BYTES, type EvidenceFact, type Head } from '@anju/domain/evidence/chain'
import { BOUGH_LEAVES, boughsOf } from '@anju/domain/evidence/merkle'
import { headTree, inOrder, rootOver, signRoot, type DayRoot } from '@anju/domain/evidence/root'
import { lockSubjects, type Tx } from '../tx.ts'

/**
 * Appends facts to their elders' chains, in the order given, and answers the chains' new heads. The caller holds the
 * lock of each subject 'elder:<id>': without it two entries could claim one place, and one of them would fail (23505).
 */
export async function appendEvidence(tx: Tx, ...facts: readonly EvidenceFact[]): Promise<Head[]> {
  const elders = [...new Set(facts.map(({ elderId }) => elderId))]
  const heads = new Map((await headsOf(tx, elders)).map((head) => [head.elderId, head]))
  const added = facts.map((fact) => {
    const commitments = Object.entries(fact.personal ?? {}).map(([name, content]) =>
      commit(name, content, randomBytes(SALT_BYTES)),
    )
    const entry = nextEntry(heads.get(fact.elderId) ?? null, fact, commitments)
    heads.set(fact.elderId, entry)
    return { entry, commitments }
  })
  const entries = added.map(({ entry }) => entry)
  await tx.query(
    `insert into evidence (elder_id, n, at, kind, body, previous, hash)
     select * from unnest($1::uuid[], $2::integer[], $3::timestamptz[], $4::text[], $5::bytea[], $6::bytea[], $7::bytea[])`,
    [
      entries.map((entry) => entry.elderId),
      entries.map((entry) => entry.n),
      entries.map((entry) => entry.at),
      entries.map((entry) => entry.kind),
      entries.map((entry) => entry.body),
      entries.map((entry) => entry.previous),
      entries.map((entry) => entry.hash),
    ],
  )
  const contents = added.flatMap(({ entry, commitments }) =>
    commitments.map((commitment) => ({ elderId: entry.elderId, ...commitment })),
  )
  if (contents.length > 0) {
    await tx.query(
      `insert into evidence_content (digest, elder_id, salt, content)
       select * from unnest($1::bytea[], $2::uuid[], $3::bytea[], $4::bytea[])`,
      [
        contents.map(({ digest }) => digest),
        contents.map(({ elderId }) => elderId),
        contents.map(({ salt }) => salt),
        contents.map(({ content }) => content),
      ],
    )
  }
  return [...heads.values()]
}

export interface SealedRoot extends DayRoot {
  signature: Uint8Array
}

/**
 * Seals a day ('2026-11-22'): the signed Merkle root over the heads of all chains as they stand now. Sealing a day
 * again answers what was sealed. Days are sealed in order: one before the last sealed day is refused (RangeError).
 */
export async function sealDay(tx: Tx, day: string, signingKey: Uint8Array): Promise<SealedRoot> {
  await lockSubjects(tx, ['evidence-root'])
  const [last] = await tx.query<SealedRoot>(
    'select day, heads, root, signature from evidence_root where day >= $1::date order by day limit 1',
    [day],
  )
  if (last?.day === day) return last
  if (last) throw new RangeError(`${day} cannot be sealed after ${last.day}`)
  const heads = inOrder(await headsOf(tx))
  const tree = headTree(heads)
  const root = rootOver(day, tree)
  const signature = signRoot(root, signingKey)
  await tx.query('insert into evidence_root (day, heads, root, signature) values ($1::date, $2, $3, $4)', [
    day,
    root.heads,
    root.root,
    signature,
  ])
  const boughs = boughsOf(tree)
  await tx.query(
    `insert into evidence_bough (day, place, first_elder, hash)
     select $1::date, place - 1, first_elder, hash
     from unnest($2::uuid[], $3::bytea[]) with ordinality as bough (first_elder, hash, place)`,
    [day, boughs.map((_, place) => heads[place * BOUGH_LEAVES]?.elderId), boughs],
  )
  // Only chains that grew since the last seal: any day's heads can then be told again, for its proofs.
  await tx.query(
    `insert into evidence_head (day, elder_id, n)
     select $1::date, head.elder_id, head.n from unnest($2::uuid[], $3::integer[]) as head (elder_id, n)
     where not exists (
       select from evidence_head as before where before.elder_id = head.elder_id and before.n >= head.n)`,
    [day, heads.map(({ elderId }) => elderId), heads.map(({ n }) => n)],
  )
  return { ...root, signature }
}

/** The last entry of each of these elders' chains; of all chains when none are named. */
async function headsOf(tx: Tx, elders?: readonly string[]): Promise<Head[]> {
  return tx.query<Head>(
    `select elder.id as "elderId", head.n, head.hash
     from elder cross join lateral (
       select n, hash from evidence where elder_id = elder.id order by n desc limit 1) head
     where $1::uuid[] is null or elder.id = any ($1)`,
    [elders ?? null],
  )
}
