import type pg from 'pg'
import type { Head } from '@anju/domain/evidence/chain'
import { writeExport, type ElderEvidence, type SealedDay } from '@anju/domain/evidence/export'

/**
 * The evidence of these elders (null: of all) as one file an outsider can verify with the public key alone: their chains, what is
 * left of their personal contents, and every sealed day's root with the way from their heads to it.
 */
export async function exportEvidence(pool: pg.Pool, elders: readonly string[] | null): Promise<Uint8Array> {
  const client = await pool.connect()
  try {
    // One unmoving picture: an entry sealed while we read must not be missing from the chain.
    await client.query('begin isolation level repeatable read read only')
    const chains = await readElders(client, elders)
    const demo = await hasDemo(client, chains)
    const written = writeExport(chains, await readDays(client), { demo })
    await client.query('commit')
    return written
  } catch (error) {
    await client.query('rollback').catch(() => undefined)
    throw error
  } finally {
    client.release()
  }
}

/** Whether one of them is of the demo county, also after the demo was switched off. */
async function hasDemo(client: pg.PoolClient, chains: readonly ElderEvidence[]): Promise<boolean> {
  const { rows } = await client.query(
    `select from elder join home on home.id = elder.home_id join area on area.id = home.area_id
      where elder.id = any ($1)
        and starts_with(area.path, (select value->>'areaPath' from setting where key = 'demo-county')) limit 1`,
    [chains.map(({ elderId }) => elderId)],
  )
  return rows.length > 0
}

async function readElders(client: pg.PoolClient, elders: readonly string[] | null): Promise<ElderEvidence[]> {
  const entries = await client.query<ElderEvidence['entries'][number] & { elderId: string }>(
    'select elder_id as "elderId", body, hash from evidence where $1::uuid[] is null or elder_id = any ($1) order by elder_id, n',
    [elders],
  )
  const contents = await client.query<ElderEvidence['contents'][number] & { elderId: string }>(
    `select elder_id as "elderId", digest, salt, content from evidence_content
     where $1::uuid[] is null or elder_id = any ($1) order by digest`,
    [elders],
  )
  const entriesOf = Map.groupBy(entries.rows, ({ elderId }) => elderId)
  const contentsOf = Map.groupBy(contents.rows, ({ elderId }) => elderId)
  return [...entriesOf].map(([elderId, own]) => ({ elderId, entries: own, contents: contentsOf.get(elderId) ?? [] }))
}

async function readDays(client: pg.PoolClient): Promise<SealedDay[]> {
  const days = await client.query<Omit<SealedDay, 'sealedHeads'>>(
    'select day, heads, root, signature from evidence_root order by day',
  )
  const grown = await client.query<Head & { day: string }>(
    `select h.day, h.elder_id as "elderId", h.n, e.hash
     from evidence_head h join evidence e on e.elder_id = h.elder_id and e.n = h.n order by h.day`,
  )
  const grownOn = Map.groupBy(grown.rows, ({ day }) => day)
  const heads = new Map<string, Head>()
  return days.rows.map((root) => {
    for (const { elderId, n, hash } of grownOn.get(root.day) ?? []) heads.set(elderId, { elderId, n, hash })
    return { ...root, sealedHeads: [...heads.values()] }
  })
}
