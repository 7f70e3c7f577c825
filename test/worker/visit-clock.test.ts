import { decideNext } from '@anju/prisma/deadline/decide'
import { openPool, transact } from '@anju/prisma/tx'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Api, startTestApi } from '../api/api.fixture.ts'
import { planned, village, type Village } from '../api/visit.fixture.ts'

const WORKERS = 3
const VISITS = 12
/** Minutes after the planned time at which the workers look. */
const LOOKS = [5, 16, 29, 31, 45, 61, 62, 90]
const DAY_MIN = 24 * 60

let api: Api
let here: Village
beforeAll(async () => {
  api = await startTestApi()
  here = await village(api)
})
afterAll(() => api.stop())

/** Draws that can be had again. */
function seeded(seed: number): () => number {
  let state = seed
  return () => (state = (state * 1_103_515_245 + 12_345) % 2 ** 31) / 2 ** 31
}

test('each visit’s question is decided once, whatever of three workers is killed meanwhile', async () => {
  const seed = Number(process.env['SEED'] ?? Date.now() % 100_000)
  process.stdout.write(`seed ${seed}\n`)
  const random = seeded(seed)
  const [one] = here.caregivers
  if (!one) throw new Error('no caregiver')
  const ids: string[] = []
  for (let n = 0; n < VISITS; n++) ids.push(await planned(api, here, { inMin: DAY_MIN + n, caregiverId: undefined }))
  const first = api.deps.now().getTime() + DAY_MIN * 60_000
  const workers = Array.from({ length: WORKERS }, () => openPool(api.databaseUrl, { max: 1, name: 'killed worker' }))
  // one that is killed says so to its pool and to whoever holds it
  for (const worker of workers) {
    worker.on('error', () => undefined)
    worker.on('connect', (client) => client.on('error', () => undefined))
  }
  let killed = 0
  let working = true
  const killer = (async () => {
    while (working) {
      const { rowCount } = await api.pool.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where application_name = 'killed worker' and datname = current_database() offset $1 limit 1`,
        [Math.floor(random() * WORKERS)],
      )
      killed += rowCount ?? 0
    }
  })()
  const decideAll = async (worker: (typeof workers)[number], now: Date): Promise<boolean> => {
    for (;;) {
      try {
        if (!(await transact(worker, (tx) => decideNext(tx, now)))) return true
      } catch {
        return false // killed: its transaction is rolled back, and another goes on
      }
    }
  }
  for (const minutes of LOOKS) {
    const now = new Date(first + (VISITS + minutes) * 60_000)
    await Promise.all(workers.map((worker) => decideAll(worker, now)))
  }
  working = false
  await killer
  // what the killed left is decided by whoever is alive
  const end = new Date(first + (VISITS + 200) * 60_000)
  while (!(await Promise.all(workers.map((worker) => decideAll(worker, end)))).every(Boolean));
  await Promise.all(workers.map((worker) => worker.end()))
  expect(killed).toBeGreaterThan(0)
  const { rows } = await api.pool.query<Record<string, unknown>>(
    `select visit.state,
            (select count(*)::int from visit_entry where visit_id = visit.id and kind = 'missed') as missed,
            (select count(*)::int from alarm where subject = 'visit:' || visit.id and kind = 'caregiver-missing') as missing,
            (select count(*)::int from alarm where subject = 'visit:' || visit.id and kind = 'caregiver-late') <= 1 as late,
            (select count(*)::int from deadline where kind = 'visit-due' and ref = visit.id::text and state = 'done') as done,
            (select count(*)::int from deadline where kind = 'visit-due' and ref = visit.id::text and state = 'pending') as pending
     from visit where id = any($1)`,
    [ids],
  )
  expect(rows).toHaveLength(VISITS)
  for (const row of rows)
    expect(row).toEqual({ state: 'missed', missed: 1, missing: 1, late: true, done: 1, pending: 0 })
}, 120_000)
