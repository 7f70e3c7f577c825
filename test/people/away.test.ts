import pino from 'pino'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { decideDue } from '@anju/api/deadline/decider'
import { addAbsence, endAbsence } from '@anju/prisma/absence/apply'
import { beatGateway, recordHeard } from '@anju/prisma/device/liveness'
import { mergeElders } from '@anju/prisma/elder/merge'
import { newId } from '@anju/prisma/id'
import { transact } from '@anju/prisma/tx'
import { deliver, press } from '../api/facts.fixture.ts'
import { testDatabase } from '../postgres.ts'
import { key, makeVillage, type Village } from './village.fixture.ts'

/** Minutes of a day on which the gateway was always up; a button is silent after 15, and collected for one. */
const MINUTE_MS = 60_000
const now = new Date()
const minute = (n: number) => new Date(now.getTime() + n * MINUTE_MS)
const log = pino({ level: 'silent' })

let database: Awaited<ReturnType<typeof testDatabase>>
let village: Village
let her: { id: string; homeId: string }
let his: { id: string }
let button: string
beforeEach(async () => {
  database = await testDatabase()
  village = await makeVillage(database.url, now, 100)
  her = await village.elder('她')
  his = await village.elder('他', her.homeId)
  button = await village.device('button', her.id)
  await transact(village.pool, (tx) => beatGateway(tx, { id: newId(), startedAt: now, now: minute(300) }))
  await transact(village.pool, (tx) => recordHeard(tx, [{ deviceId: button, at: now }]))
})
afterEach(async () => {
  await village.pool.end()
  await database.drop()
})

const away = (elderId: string, from: number, to: number | null = null) =>
  transact(village.pool, (tx) =>
    addAbsence(
      tx,
      { elderId, kind: 'hospital', from: minute(from), to: to === null ? null : minute(to), note: '' },
      { ...village.by, now: minute(from) },
    ),
  )

/** The button hangs for everybody there. */
const share = () => village.pool.query('update assignment set elder_id = null where device_id = $1', [button])

/** Lives through these minutes; answers in which of them the first alarm was raised, or null. */
async function live(from: number, to: number): Promise<number | null> {
  for (let n = from; n <= to; n++) {
    await decideDue(village.pool, minute(n), log)
    const { rowCount } = await village.pool.query('select from alarm')
    if (rowCount !== 0) return n
  }
  return null
}

test('without an absence the button’s silence is an alarm within minutes', async () => {
  expect(await live(1, 30)).toBe(16)
})

test('her own button’s silence means nothing while she is away, and counts on from her return', async () => {
  const { id } = await away(her.id, 5)
  expect(await live(1, 120)).toBeNull()
  await transact(village.pool, (tx) => endAbsence(tx, { id, at: minute(120) }, { ...village.by, now: minute(120) }))
  // Five minutes of its fifteen were silent before she went.
  const raised = await live(121, 160)
  expect(raised).toBeGreaterThanOrEqual(130)
  expect(raised).toBeLessThanOrEqual(140)
})

test('his absence is nothing to her button', async () => {
  await away(his.id, 5)
  expect(await live(1, 30)).toBe(16)
})

test('the home’s button is watched until the last of them has gone, and again when the first is back', async () => {
  await share()
  await away(her.id, 0)
  await away(his.id, 10, 60)
  const raised = await live(1, 100)
  expect(raised).toBeGreaterThanOrEqual(65)
  expect(raised).toBeLessThanOrEqual(80)
})

test('a press while all are away raises as ever', async () => {
  await share()
  await away(her.id, 0)
  await away(his.id, 0)
  await deliver(village.pool, button, 'press', press(), minute(1))
  const { rows } = await village.pool.query('select subject, kind from alarm')
  expect(rows).toEqual([{ subject: `home:${her.homeId}`, kind: 'emergency-press' }])
})

test('an absence told of a double entry counts once it is merged', async () => {
  const double = await village.elder('她')
  await away(double.id, 5)
  const merge = { id: double.id, into: her.id, version: 1, reason: '' }
  await transact(village.pool, (tx) => mergeElders(tx, key, merge, { ...village.by, now: minute(6) }))
  expect(await live(1, 60)).toBeNull()
})
