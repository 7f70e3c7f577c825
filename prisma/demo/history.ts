import type pg from 'pg'
import { storeBatch } from '../message/batch.ts'
import { isSampled, SAMPLE_SHARE_PERCENT } from '@anju/domain/visit/sample'
import type { MasterKey } from '../key.ts'
import type { LogEvent } from '../log/append.ts'
import { ensurePartitions } from '../partition/apply.ts'
import { lockSubjects, poolQuery, transact, type Tx } from '../tx.ts'
import { sampleSecret } from '../visit-feedback/share.ts'
import type { Sampled } from './asked-after.ts'
import { planCounty } from './county.ts'
import { saidOn } from './day.ts'
import { checkPast } from './past-checks.ts'
import { DAY_MS, HISTORY_DAYS, type County } from './plan.ts'
import { pressesOn } from './presses.ts'
import { Random } from './random.ts'
import { readRecord, writeRecord, type DemoRecord } from './record.ts'
import { storeRecords } from './records.ts'
import { arrive } from './said.ts'
import { demoUsers } from './staff.ts'
import { pastSeats, storePress } from './store-presses.ts'
import { storeSilences } from './store-silences.ts'
import { storeVisitsOn } from './store-visits.ts'

type Log = Record<'info' | 'warn', (facts: Record<string, unknown>, words: string) => void>
/** Stores its part of the past; answers what the log is to tell of it after all. */
type Portion = (tx: Tx, county: County, record: DemoRecord, sampled: Sampled) => Promise<LogEvent[]>

/** The part of the time it rests: presses and people come first, and this has no hurry. */
const REST = 0.5
/** When the database was away, or a portion failed for a reason that may pass. */
const AGAIN_MS = 5000
const LOCK = 'demo-history'

/**
 * Gives the demo county its past, after everything else has started: portion by portion, each in a transaction that
 * also notes that it is done, so that a kill repeats nothing and leaves nothing out; of several starters one goes on.
 *
 * The past is stored by the functions that store the present, with their `now`. Only their events are let go: readers
 * of the log (screens, the outside) would take alarms of three months for alarms of today, in the wrong order. Told are
 * the silences of devices alone, each with its own day: what a kind's availability was is counted from them.
 */
export async function fillHistory(
  pool: pg.Pool,
  key: MasterKey,
  log: Log,
  signal: AbortSignal,
  rest = REST,
): Promise<void> {
  const secret = sampleSecret(key)
  const sampled: Sampled = (visitId) => isSampled(visitId, secret, SAMPLE_SHARE_PERCENT)

  while (!signal.aborted) {
    try {
      return await fill(pool, sampled, log, signal, rest)
    } catch (error) {
      log.warn({ err: error }, 'the demo’s past cannot be stored now')
      await pause(AGAIN_MS, signal)
    }
  }
}

async function fill(pool: pg.Pool, sampled: Sampled, log: Log, signal: AbortSignal, rest: number): Promise<void> {
  const begun = await readRecord(poolQuery(pool))
  if (begun === null || begun.history === null) return
  const took = performance.now()
  await pastPartitions(pool, new Date(begun.base))
  const county = planCounty(begun.seed, new Date(begun.base))
  log.info({ portions: portions.length, done: begun.history }, 'the demo gets its past; nothing waits for it')
  for (let at: number | null = begun.history; at !== null && !signal.aborted;) {
    const began = performance.now()
    at = await transact(pool, (tx) => storeNext(tx, county, sampled))
    await pause((performance.now() - began) * (rest / (1 - rest)), signal)
    if (at === null) await checkPast(pool, begun, signal)
    if (at === null) log.info({ seconds: Math.round((performance.now() - took) / 100) / 10 }, 'the demo has its past')
  }
}

/** Stores the next portion; answers how many are done now, null when that was the last. */
async function storeNext(tx: Tx, county: County, sampled: Sampled): Promise<number | null> {
  await lockSubjects(tx, [LOCK])
  const record = await readRecord(tx)
  const portion = record === null || record.history === null ? undefined : portions[record.history]
  if (record === null || record.history === null || portion === undefined) return null
  const told = await portion(tx, county, record, sampled)
  const done = record.history + 1
  const history = done === portions.length ? null : done
  await writeRecord(tx, { ...record, history })
  tx.events.splice(0, tx.events.length, ...told)
  return history
}

const readingsOn =
  (daysAgo: number): Portion =>
  async (tx, county) => {
    const random = new Random(county.seed, `facts ${daysAgo}`)
    const said = saidOn(county, daysAgo).sort((a, b) => a.receivedAt.getTime() - b.receivedAt.getTime())
    await storeBatch(
      tx,
      said.flatMap((each) => arrive(random, each)),
      county.base,
    )
    // What the past's badges said of a visit is told with the visits themselves (store-visits).
    await tx.query(
      `update deadline set state = 'moot', decided_at = $1, verdict = '{"why": "told-with-the-visits"}'
       where kind = 'tap-read' and state = 'pending' and due_at <= $1`,
      [county.base],
    )
    return []
  }

const alarmsOn =
  (daysAgo: number): Portion =>
  async (tx, county, { areaPath }) => {
    const seats = await pastSeats(tx, county, areaPath, await demoUsers(tx, areaPath))
    for (const press of pressesOn(county, daysAgo)) await storePress(tx, county, seats, press)
    return storeSilences(tx, county, { seats, areaPath, daysAgo })
  }

/** With the alarms of that day, so that each chain of evidence grows in the order of its days. */
const dayOfPeople =
  (daysAgo: number): Portion =>
  async (tx, county, record, sampled) => {
    const told = await alarmsOn(daysAgo)(tx, county, record, sampled)
    const { areaId, areaPath } = record
    const users = await demoUsers(tx, areaPath)
    await storeVisitsOn(tx, county, daysAgo, { areaId, areas: await communitiesOf(tx, areaPath), users, sampled })
    return told
  }

async function communitiesOf(tx: Tx, areaPath: string): Promise<Map<string, string>> {
  const rows = await tx.query<{ id: string; name: string }>(
    `select id, name from area where kind = 'community' and starts_with(path, $1)`,
    [areaPath],
  )
  return new Map(rows.map(({ id, name }) => [name, id]))
}

const recordsOnce: Portion = async (tx, county, { areaPath }) => {
  await storeRecords(tx, county, await demoUsers(tx, areaPath))
  return []
}

const days = Array.from({ length: HISTORY_DAYS }, (_, i) => i)
const FIRST_DAYS = 3

/** The last days first, for screens to live from; then alarms, oldest first, as chains of evidence grow; then the rest. */
const portions: readonly Portion[] = [
  ...days.slice(0, FIRST_DAYS).map(readingsOn),
  recordsOnce,
  ...days.toReversed().map(dayOfPeople),
  ...days.slice(FIRST_DAYS).map(readingsOn),
]

/** Facts are cut by the month they arrived in, and those months are over. */
async function pastPartitions(pool: pg.Pool, base: Date): Promise<void> {
  const client = await pool.connect()
  try {
    for (const daysAgo of [HISTORY_DAYS + 1, 31]) {
      await ensurePartitions(client, new Date(base.getTime() - daysAgo * DAY_MS))
    }
  } finally {
    client.release()
  }
}

/** Ends early when it is to stop. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms)
    function done(): void {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    signal.addEventListener('abort', done)
    if (signal.aborted) done()
  })
}
