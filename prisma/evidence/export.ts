import { type ElderEvidence, writeExport, type WrittenRoot } from '@anju/domain/evidence/export'
import { readBody } from '@anju/domain/evidence/verify-chain'
import type { Db, Reads } from '../reads.ts'
import { readDays, readRoot } from './roots.ts'

/** A whole county's years take their time; it holds one connection, and nobody waits for it. */
const AT_MOST_MS = 60 * 60_000

/**
 * The evidence of these elders (null: of all) as one file an outsider can verify with the public key alone: their chains, what is
 * left of their personal contents, and every sealed day's root with the way from their heads to it.
 */
export async function exportEvidence(reads: Reads, elders: readonly string[] | null): Promise<Uint8Array> {
  // One unmoving picture: an entry sealed while we read must not be missing from the chain.
  return reads.$transaction(
    async (db: Db) => {
      const chains = await readElders(db, elders)
      const roots: WrittenRoot[] = []
      for (const sealed of await readDays(db)) roots.push(await readRoot(db, sealed, elders))
      return writeExport(chains, roots, { demo: await hasDemo(db, chains) })
    },
    { isolationLevel: 'RepeatableRead', timeout: AT_MOST_MS },
  )
}

/** Whether one of them is of the demo county, also after the demo was switched off. */
async function hasDemo(db: Db, chains: readonly ElderEvidence[]): Promise<boolean> {
  const rows = await db.$queryRaw<unknown[]>`
    select elder.id from elder join home on home.id = elder.home_id join area on area.id = home.area_id
     where elder.id = any (${chains.map(({ elderId }) => elderId)}::uuid[])
       and starts_with(area.path, (select value->>'areaPath' from setting where key = 'demo-county')) limit 1`
  return rows.length > 0
}

async function readElders(db: Db, elders: readonly string[] | null): Promise<ElderEvidence[]> {
  const entries = await db.$queryRaw<(ElderEvidence['entries'][number] & { elderId: string })[]>`
    select elder_id as "elderId", body, hash from evidence
    where ${elders}::uuid[] is null or elder_id = any (${elders}::uuid[]) order by elder_id, n`
  const named =
    elders && entries.flatMap(({ body }) => Object.values(readBody(Buffer.from(body).toString())?.personal ?? {}))
  const digests = named && named.map((digest) => Buffer.from(digest, 'hex'))
  const contents = await db.$queryRaw<(ElderEvidence['contents'][number] & { elderId: string })[]>`
    select elder_id as "elderId", digest, salt, content from evidence_content
    where ${digests}::bytea[] is null or digest = any (${digests}::bytea[]) order by digest`
  const entriesOf = Map.groupBy(entries, ({ elderId }) => elderId)
  const contentsOf = Map.groupBy(contents, ({ elderId }) => elderId)
  return [...entriesOf].map(([elderId, own]) => ({ elderId, entries: own, contents: contentsOf.get(elderId) ?? [] }))
}
