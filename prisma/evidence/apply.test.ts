import type pg from 'pg'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { EvidenceFact } from '@anju/domain/evidence/chain'
import { signingKeys } from '@anju/domain/evidence/root'
import { verifyExport } from '@anju/domain/evidence/verify'
import { testDatabase } from '@anju/test/postgres'
import { newId } from '../id.ts'
import { lockSubjects, openPool, transact } from '../tx.ts'
import { appendEvidence, sealDay } from './apply.ts'
import { exportEvidence } from './export.ts'

const at = new Date('2026-11-22T08:00:00.000Z')
const keys = signingKeys(new Uint8Array(32).fill(3))
let database: Awaited<ReturnType<typeof testDatabase>>
let pool: pg.Pool

beforeAll(async () => {
  database = await testDatabase()
  pool = openPool(database.url, { max: 8, name: 'test evidence' })
})
afterAll(async () => {
  await pool.end()
  await database.drop()
})

async function elder(): Promise<string> {
  const [area, home, id] = [newId(at), newId(at), newId(at)]
  await pool.query("insert into area (id, path, name, kind, created_at) values ($1, $2, 'x', 'community', $3)", [
    area,
    `/${area}/`,
    at,
  ])
  await pool.query('insert into home (id, area_id, created_at) values ($1, $2, $3)', [home, area, at])
  await pool.query("insert into elder (id, home_id, name, created_at) values ($1, $2, 'x', $3)", [id, home, at])
  return id
}

function fact(elderId: string, presses: number, note?: string): EvidenceFact {
  return { elderId, kind: 'alarm', at, body: { presses }, ...(note !== undefined && { personal: { note } }) }
}

const append = (...facts: EvidenceFact[]): Promise<unknown> =>
  transact(pool, async (tx) => {
    await lockSubjects(
      tx,
      facts.map(({ elderId }) => `elder:${elderId}`),
    )
    return appendEvidence(tx, ...facts)
  })

async function seal(day: string): Promise<{ heads: number; root: string; signature: string }> {
  const { heads, root, signature } = await transact(pool, (tx) => sealDay(tx, day, keys.secretKey))
  return { heads, root: Buffer.from(root).toString('hex'), signature: Buffer.from(signature).toString('hex') }
}

const verify = async (...elders: string[]): Promise<ReturnType<typeof verifyExport>> =>
  verifyExport(await exportEvidence(pool, elders), keys.publicKey)

describe('evidence in the database', () => {
  it('is chained, sealed by the day, exported, and verified with the public key alone', async () => {
    const [anna = '', bao = '', chen = ''] = [await elder(), await elder(), await elder()].sort()
    await append(fact(anna, 1), fact(bao, 1), fact(anna, 2, 'fell beside the bed'))
    await seal('2026-11-22')
    await append(fact(anna, 3), fact(chen, 1))
    const second = await seal('2026-11-23')
    await append(fact(bao, 2))

    expect(second.heads).toBe(3)
    expect(await verify(anna, bao, chen)).toEqual({
      whole: true,
      findings: [],
      elders: [
        { elder: anna, entries: 3, sealed: 3, erased: 0 },
        { elder: bao, entries: 2, sealed: 1, erased: 0 },
        { elder: chen, entries: 1, sealed: 1, erased: 0 },
      ],
      days: [
        { day: '2026-11-22', heads: 2, proved: 2 },
        { day: '2026-11-23', heads: 3, proved: 3 },
      ],
    })
    expect(await verify(bao)).toMatchObject({
      whole: true,
      days: [
        { heads: 2, proved: 1 },
        { heads: 3, proved: 1 },
      ],
    })
  })

  it('a day is sealed once, and days in order', async () => {
    await append(fact(await elder(), 1))
    const sealed = await seal('2026-12-01')
    await append(fact(await elder(), 1))
    expect(await seal('2026-12-01')).toEqual(sealed)
    await expect(seal('2026-11-30')).rejects.toThrow(RangeError)
    const [one, two] = await Promise.all([seal('2026-12-02'), seal('2026-12-02')])
    expect(one).toEqual(two)
    expect(one.heads).toBe(sealed.heads + 1)
  })

  it('writers of one elder at the same time make one chain without a gap', async () => {
    const anna = await elder()
    await Promise.all(Array.from({ length: 20 }, (_, i) => append(fact(anna, i), fact(anna, i + 100))))
    expect(await verify(anna)).toMatchObject({ whole: true, elders: [{ entries: 40 }] })
  })

  it('two entries cannot claim one place, even without the lock', async () => {
    const anna = await elder()
    const forgetful = (): Promise<unknown> => transact(pool, (tx) => appendEvidence(tx, fact(anna, 1)))
    const second = await transact(pool, async (tx) => {
      await appendEvidence(tx, fact(anna, 1))
      const begun = Promise.allSettled([forgetful()])
      await vi.waitUntil(async () => (await pool.query('select from pg_locks where not granted')).rowCount)
      return { begun }
    })
    expect(await second.begun).toMatchObject([{ status: 'rejected', reason: { code: '23505' } }])
    expect(await verify(anna)).toMatchObject({ whole: true, elders: [{ entries: 1 }] })
  })

  it('erasing personal content leaves the chain whole', async () => {
    const anna = await elder()
    await append(fact(anna, 1, 'fell beside the bed'), fact(anna, 2))
    await seal('2026-12-10')
    expect(new TextDecoder().decode(await exportEvidence(pool, [anna]))).toContain('fell beside the bed')
    await pool.query('delete from evidence_content where elder_id = $1', [anna])
    expect(new TextDecoder().decode(await exportEvidence(pool, [anna]))).not.toContain('fell beside the bed')
    expect(await verify(anna)).toMatchObject({ whole: true, elders: [{ entries: 2, sealed: 2, erased: 1 }] })
  })

  it('a row altered in the database is found', async () => {
    const anna = await elder()
    await append(fact(anna, 1), fact(anna, 2), fact(anna, 3))
    await seal('2026-12-11')
    await pool.query(
      `update evidence set body = convert_to(replace(convert_from(body, 'UTF8'), '"presses":2', '"presses":9'), 'UTF8')
       where elder_id = $1`,
      [anna],
    )
    expect((await verify(anna)).findings).toEqual([
      { elder: anna, n: 2, code: 'entry-altered', detail: 'its text does not give its hash' },
    ])
  })
})
