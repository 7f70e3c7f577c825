import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type pg from 'pg'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { EvidenceFact } from '@anju/domain/evidence/chain'
import { publicKeyOf } from '@anju/domain/evidence/root'
import { BOUGH_LEAVES } from '@anju/domain/evidence/merkle'
import { verifyExport } from '@anju/domain/evidence/verify'
import { testDatabase, WAITING } from '@anju/test/postgres'
import { newId } from '../id.ts'
import { masterKey } from '../key.ts'
import { openReads, type Reads } from '../reads.ts'
import { lockSubjects, openPool, transact } from '../tx.ts'
import { appendEvidence, sealDay } from './apply.ts'
import { exportEvidence } from './export.ts'
import { sealLastDay, signingKey } from './seal.ts'

const at = new Date('2026-11-22T08:00:00.000Z')
const key = masterKey(new Uint8Array(32).fill(3))
const publicKey = publicKeyOf(signingKey(key))
let database: Awaited<ReturnType<typeof testDatabase>>
let pool: pg.Pool
let reads: Reads

beforeAll(async () => {
  database = await testDatabase()
  pool = openPool(database.url, { max: 8, name: 'test evidence' })
  reads = openReads(pool)
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
  const { heads, root, signature } = await transact(pool, (tx) => sealDay(tx, day, signingKey(key)))
  return { heads, root: Buffer.from(root).toString('hex'), signature: Buffer.from(signature).toString('hex') }
}

const verify = async (...elders: string[]): Promise<ReturnType<typeof verifyExport>> =>
  verifyExport(await exportEvidence(reads, elders), publicKey)

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

  it('nothing is sealed where there is nothing', async () => {
    const empty = await testDatabase()
    const nowhere = openPool(empty.url, { max: 1, name: 'nothing to seal' })
    expect(await sealLastDay(nowhere, key, new Date('2026-12-04T16:00:00Z'))).toBeNull()
    expect((await nowhere.query('select from evidence_root')).rowCount).toBe(0)
    await nowhere.end()
    await empty.drop()
  })

  it('the last whole day is sealed by whichever worker comes first', async () => {
    await append(fact(await elder(), 1))
    const now = new Date('2026-12-04T16:00:00Z') // midnight in Shanghai
    const sealed = await Promise.all(Array.from({ length: 3 }, () => sealLastDay(pool, key, now)))
    expect(sealed.map((root) => root?.day)).toEqual(['2026-12-04', '2026-12-04', '2026-12-04'])
    expect(new Set(sealed.map((root) => Buffer.from(root!.signature).toString('hex'))).size).toBe(1)
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
      // of this database alone: others on the same server wait for locks of their own
      await vi.waitUntil(async () => (await pool.query(WAITING)).rowCount, { timeout: 20_000 })
      return { begun }
    })
    expect(await second.begun).toMatchObject([{ status: 'rejected', reason: { code: '23505' } }])
    expect(await verify(anna)).toMatchObject({ whole: true, elders: [{ entries: 1 }] })
  })

  it('erasing personal content leaves the chain whole', async () => {
    const anna = await elder()
    await append(fact(anna, 1, 'fell beside the bed'), fact(anna, 2))
    await seal('2026-12-10')
    expect(new TextDecoder().decode(await exportEvidence(reads, [anna]))).toContain('fell beside the bed')
    await pool.query('delete from evidence_content where elder_id = $1', [anna])
    expect(new TextDecoder().decode(await exportEvidence(reads, [anna]))).not.toContain('fell beside the bed')
    expect(await verify(anna)).toMatchObject({ whole: true, elders: [{ entries: 2, sealed: 2, erased: 1 }] })
  })

  it('leaves the house as a file, with the public key that verifies it', async () => {
    const anna = await elder()
    await append(fact(anna, 1))
    await seal('2026-12-20')
    const folder = await mkdtemp(join(tmpdir(), 'anju-evidence-'))
    const file = join(folder, 'evidence.json')
    const program = join(import.meta.dirname, 'export-file.ts')
    const env = { ...process.env, DATABASE_URL: database.url, ANJU_KEY: Buffer.alloc(32, 3).toString('hex') }
    const { stdout } = await promisify(execFile)(process.execPath, [program, file, anna], { env })
    const said = /public key ([0-9a-f]{64})\n$/.exec(stdout)?.[1] ?? ''
    const verified = verifyExport(await readFile(file), Buffer.from(said, 'hex'))
    await rm(folder, { recursive: true })
    expect(verified).toMatchObject({ whole: true, elders: [{ elder: anna, entries: 1, sealed: 1 }] })
  })

  it('a row altered in the database is found', async () => {
    const anna = await elder()
    await append(fact(anna, 1), fact(anna, 2), fact(anna, 3))
    await seal('2026-12-21')
    await pool.query(
      `update evidence set body = convert_to(replace(convert_from(body, 'UTF8'), '"presses":2', '"presses":9'), 'UTF8')
       where elder_id = $1`,
      [anna],
    )
    expect((await verify(anna)).findings).toEqual([
      { elder: anna, n: 2, code: 'entry-altered', detail: 'its text does not give its hash' },
    ])
  })

  it('of many chains each is proved from its own bough; days sealed without boughs are proved too', async () => {
    const many: string[] = []
    for (let i = 0; i < 2 * BOUGH_LEAVES + 3; i++) many.push(await elder())
    await append(...many.map((id) => fact(id, 1)))
    await seal('2027-01-16')
    await append(...many.slice(0, 40).map((id) => fact(id, 2)))
    await seal('2027-01-17')
    const asked = [many[0], many[39], many[BOUGH_LEAVES], many.at(-1)].map(String)
    const proved = async (): Promise<unknown> => {
      const { findings, days } = await verify(...asked)
      return [findings, days.slice(-2).map(({ proved }) => proved)]
    }
    expect(await proved()).toEqual([[], [4, 4]])
    const { rows } = await pool.query<{ n: number }>('select count(*)::int as n from evidence_bough where day = $1', [
      '2027-01-17',
    ])
    expect(rows[0]?.n).toBeGreaterThanOrEqual(3)
    expect((await verify(await elder())).days.slice(-1)).toMatchObject([{ proved: 0 }])
    await pool.query('delete from evidence_bough')
    expect(await proved()).toEqual([[], [4, 4]])
  })
})
