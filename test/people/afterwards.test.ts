import { afterAll, beforeAll, expect, test } from 'vitest'
import { scopeOf } from '@anju/domain/access/scope'
import { Refusal } from '@anju/domain/error'
import { createArea } from '@anju/prisma/area/apply'
import { bindDevice } from '@anju/prisma/assignment/apply'
import { holdDevice, registerDevice, rotateSecret } from '@anju/prisma/device/apply'
import { importList } from '@anju/prisma/device/import'
import { finishTest, linkTests, startTest } from '@anju/prisma/device/test-press'
import { changeElder } from '@anju/prisma/elder/change'
import { confirmDeath, undoDeath } from '@anju/prisma/elder/death'
import { mergeElders, undoMerge } from '@anju/prisma/elder/merge'
import { moveElder, undoMove } from '@anju/prisma/elder/move'
import { changeHome } from '@anju/prisma/home/apply'
import { look, openReads, type Reads } from '@anju/prisma/reads'
import { transact, type Tx } from '@anju/prisma/tx'
import { readAlarm } from '../../api/alarm/read.ts'
import { deliver, press } from '../api/facts.fixture.ts'
import { testDatabase, WAITING } from '../postgres.ts'
import { HOUR_MS, key, makeVillage, type Village } from './village.fixture.ts'

/** One change of a file after another: what the first left behind must not make the second wrong. */
const now = new Date()
const today = now.toISOString().slice(0, 10)
let database: Awaited<ReturnType<typeof testDatabase>>
let village: Village
let reads: Reads
let moment = now.getTime()
beforeAll(async () => {
  database = await testDatabase()
  village = await makeVillage(database.url, now, 100)
  reads = openReads(village.pool)
})
afterAll(async () => {
  await reads.$disconnect()
  await village.pool.end()
  await database.drop()
})

/** Each change a moment after the one before. */
const later = () => ({ ...village.by, now: new Date((moment += 1000)) })
const act = <T>(work: (tx: Tx) => Promise<T>) => transact(village.pool, work)
const merge = (id: string, into: string, version = 1) =>
  act((tx) => mergeElders(tx, key, { id, into, version, reason: '' }, later()))
const unmerge = (id: string) => act((tx) => undoMerge(tx, key, { id, reason: '' }, later()))
const die = (id: string, version: number) =>
  act((tx) => confirmDeath(tx, { id, version, diedOn: today, reason: '' }, later()))
const undie = (id: string) => act((tx) => undoDeath(tx, { id, reason: '' }, later()))
const move = (id: string, version: number, homeId: string, going: 'with' | 'stay' = 'with') => {
  const by = later()
  return act((tx) => moveElder(tx, { id, version, to: { homeId }, from: by.now, going, reason: '' }, by))
}

async function rows<Row extends object>(sql: string, values: unknown[]): Promise<Row[]> {
  return (await village.pool.query<Row>(sql, values)).rows
}
const stands = (deviceId: string) =>
  rows('select home_id, elder_id from assignment where device_id = $1 and valid_to is null', [deviceId])

async function refusal(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'done',
    (error: unknown) => {
      if (error instanceof Refusal) return error.code
      throw error
    },
  )
}

test('nobody living is merged into the dead, nor the dead into the living', async () => {
  const [dead, alive] = [await village.elder('同'), await village.elder('同')]
  const button = await village.device('button', alive.id)
  await die(dead.id, 1)
  expect(await refusal(merge(alive.id, dead.id))).toBe('elder-dead')
  expect(await refusal(merge(dead.id, alive.id, 2))).toBe('elder-dead')
  expect(await stands(button)).toEqual([{ home_id: alive.homeId, elder_id: alive.id }])
})

test('no device is given to the dead or to a closed entry', async () => {
  const [dead, double, real] = [await village.elder('故'), await village.elder('双'), await village.elder('双')]
  const [spare] = [await village.device('button', real.id)]
  await die(dead.id, 1)
  await merge(double.id, real.id)
  for (const [elderId, code] of [
    [dead.id, 'elder-dead'],
    [double.id, 'elder-merged'],
  ] as const) {
    const { within } = village.by
    expect(
      await refusal(act((tx) => registerDevice(tx, key, { kind: 'button', elderId, within, now: new Date() }))),
    ).toBe(code)
    const by = later()
    expect(await refusal(act((tx) => bindDevice(tx, spare, { elderId, from: by.now, move: true, ...by })))).toBe(code)
  }
})

test('a death undone after the merge before it was undone leaves each device in a home', async () => {
  const [a, b] = [await village.elder('甲'), await village.elder('乙')]
  const button = await village.device('button', a.id)
  await merge(a.id, b.id)
  await die(b.id, 2)
  await unmerge(a.id)
  await undie(b.id)
  expect(await stands(button)).toEqual([{ home_id: b.homeId, elder_id: b.id }])
})

test('a move undone after the merge before it was undone leaves each device in a home', async () => {
  const [a, b, target] = [await village.elder('甲'), await village.elder('乙'), await village.elder('邻')]
  const button = await village.device('button', a.id)
  await merge(a.id, b.id)
  await move(b.id, 2, target.homeId)
  await unmerge(a.id)
  await act((tx) => undoMove(tx, { id: b.id, reason: '' }, later()))
  expect(await stands(button)).toEqual([{ home_id: b.homeId, elder_id: b.id }])
})

test('an identity number written after a merge stays where it was written when the merge is undone', async () => {
  const [a, b] = [await village.elder('号'), await village.elder('码')]
  const change = (id: string, version: number, idNumber: string) =>
    act((tx) => changeElder(tx, key, { id, version, change: { idNumber }, reason: '' }, later()))
  await change(a.id, 1, '110101194001010012')
  await merge(a.id, b.id, 2)
  await change(b.id, 2, '110101194001010020')
  await unmerge(a.id)
  const [own] = await rows<{ whose: string }>(
    'select id as whose from elder where id = any($1) and id_number_index is not null',
    [[a.id, b.id]],
  )
  expect(own).toEqual({ whose: b.id })
})

test('a press from a new home joins the alarm of the old one and is told where it comes from', async () => {
  const elsewhere = await act((tx) => createArea(tx, { parentId: null, name: '邻县', kind: 'county', now }))
  const who = await village.elder('搬')
  const button = await village.device('button', who.id)
  await deliver(village.pool, button, 'press', press())
  const [target] = await rows<{ id: string }>(
    `insert into home (id, area_id, address, created_at) values (gen_random_uuid(), $1, '新居', $2) returning id`,
    [elsewhere.id, now],
  )
  const homeId = target?.id ?? ''
  const by = { ...village.by, within: '/', now: new Date() }
  await act((tx) =>
    moveElder(tx, { id: who.id, version: 1, to: { homeId }, from: by.now, going: 'with', reason: '' }, by),
  )

  // Not yet pressed again: whoever was told of it can still open it and knows whom to ring.
  const [open] = await rows<{ id: string; area_path: string }>('select id, area_path from alarm where device_id = $1', [
    button,
  ])
  const seat = scopeOf({ userId: village.by.userId, role: 'seat', areaPath: village.by.within })
  const seen = await look(reads, (db) => readAlarm(seat, db, open?.id ?? '', new Date()))
  expect(seen).toMatchObject({ elder: { id: who.id, name: '搬', contacts: [] }, home: { id: who.homeId } })

  await deliver(village.pool, button, 'press', press())
  expect(await rows('select presses, home_id, area_id, area_path from alarm where device_id = $1', [button])).toEqual([
    { presses: 2, home_id: homeId, area_id: elsewhere.id, area_path: elsewhere.path },
  ])
  const told = await rows<{ area_path: string }>(
    `select area_path from event where name = 'alarm.pressed' and body->>'alarmId' = $1`,
    [open?.id],
  )
  expect(told.map((event) => event.area_path).toSorted()).toEqual([village.by.within, elsewhere.path].toSorted())
})

test('a late press from before a move does not send anybody back to the old home', async () => {
  const [who, target] = [await village.elder('迟'), await village.elder('邻')]
  const button = await village.device('button', who.id)
  const by = { ...village.by, now: new Date() }
  const from = new Date(by.now.getTime() - HOUR_MS)
  await act((tx) =>
    moveElder(tx, { id: who.id, version: 1, to: { homeId: target.homeId }, from, going: 'with', reason: '' }, by),
  )
  await deliver(village.pool, button, 'press', press())
  const old = { id: 'old-press', at: new Date(from.getTime() - HOUR_MS).toISOString() }
  await deliver(village.pool, button, 'press', old)
  expect(await rows('select presses, home_id from alarm where device_id = $1', [button])).toEqual([
    { presses: 2, home_id: target.homeId },
  ])
})

test('a press waits for nobody who changes its device or its home', async () => {
  const who = await village.elder('不等')
  const button = await village.device('button', who.id)
  await act(async (tx) => {
    await rotateSecret(tx, key, button, village.by)
    await changeHome(tx, { id: who.homeId, version: 1, change: { address: '别处' }, reason: '' }, village.by)
    await deliver(village.pool, button, 'press', press())
  })
  expect(await rows('select presses from alarm where device_id = $1', [button])).toEqual([{ presses: 1 }])
})

test('a press in need that comes while a test is being ended is not ended with it', async () => {
  const who = await village.elder('试')
  const button = await village.device('button', who.id)
  const started = new Date()
  const { id: testId } = await act((tx) => startTest(tx, button, { ...village.by, now: started }))
  await deliver(village.pool, button, 'press', press(), new Date(started.getTime() + 10))
  await act((tx) => linkTests(tx, null, new Date()))
  const other = await village.device('button', who.id)
  let ended: Promise<string> | undefined
  await act(async (tx) => {
    await tx.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`elder:${who.id}`])
    ended = refusal(act((own) => finishTest(own, { deviceId: button, testId, ...village.by, now: new Date() })))
    await expect.poll(() => rows(`${WAITING} and wait_event = 'advisory'`, [])).not.toHaveLength(0)
    // What the press's own transaction does under this lock.
    await tx.query(`update alarm set presses = 2 where subject = $1`, [`elder:${who.id}`])
    await tx.query(
      `insert into alarm_entry (id, alarm_id, at, kind, body)
       select gen_random_uuid(), id, $2, 'pressed', jsonb_build_object('deviceId', $3::text) from alarm where subject = $1`,
      [`elder:${who.id}`, new Date(), other],
    )
  })
  expect(await ended).toBe('test-not-alone')
  expect(await rows('select state from alarm where subject = $1', [`elder:${who.id}`])).toEqual([{ state: 'raised' }])
})

test('a list gives nothing to somebody whose death is being entered', async () => {
  const who = await village.elder('名单')
  let imported: ReturnType<typeof list> | undefined
  const list = () =>
    act((tx) =>
      importList(tx, key, [{ line: 2, cells: { kind: '按钮', serial: 'L-1', elderId: who.id } }], {
        ...village.by,
        now: new Date(),
      }),
    )
  await act(async (tx) => {
    await confirmDeath(tx, { id: who.id, version: 1, diedOn: today, reason: '' }, later())
    imported = list()
    await expect.poll(() => rows(WAITING, [])).not.toHaveLength(0)
  })
  const { made, verdicts } = (await imported) ?? { made: [], verdicts: [] }
  expect(made).toEqual([])
  expect(verdicts).toMatchObject([{ is: 'refused', trouble: { code: 'elder-dead' } }])
})

test('a home put into another area takes its devices along, and gateways hear of it', async () => {
  const area = await act((tx) => createArea(tx, { parentId: null, name: '新区', kind: 'county', now }))
  const who = await village.elder('改区')
  const button = await village.device('button', who.id)
  const by = { ...village.by, within: '/', now: new Date() }
  await act((tx) => changeHome(tx, { id: who.homeId, version: 1, change: { areaId: area.id }, reason: '' }, by))
  const told = await rows<{ area_path: string }>(
    `select area_path from event where name = 'device.bound' and body->>'deviceId' = $1`,
    [button],
  )
  expect(told.map((event) => event.area_path).toSorted()).toEqual([village.by.within, area.path].toSorted())
})

test('a device given to somebody while the move that left it behind is undone stands where it was given', async () => {
  const [who, target, neighbour] = [await village.elder('撤'), await village.elder('邻'), await village.elder('居')]
  const button = await village.device('button', who.id)
  await move(who.id, 1, target.homeId, 'stay')
  const by = later()
  let undone: Promise<string> | undefined
  await act(async (tx) => {
    await holdDevice(tx, button, by.within)
    undone = refusal(act((own) => undoMove(own, { id: who.id, reason: '' }, later())))
    await expect.poll(() => rows(`${WAITING} and wait_event = 'advisory'`, [])).not.toHaveLength(0)
    await bindDevice(tx, button, { elderId: neighbour.id, from: by.now, move: true, ...by })
  })
  expect(await undone).toBe('done')
  expect(await stands(button)).toEqual([{ home_id: neighbour.homeId, elder_id: neighbour.id }])
})

test('a shared meter that went along in the past is in no other home any more, however late its second user came', async () => {
  const [who, target] = [await village.elder('共'), await village.elder('邻')]
  const other = await village.elder('用', who.homeId)
  const scale = await village.device('scale', who.id)
  await act((tx) => bindDevice(tx, scale, { elderId: other.id, userNumber: 2, from: now, ...later() }))
  const by = later()
  const from = new Date(now.getTime() - HOUR_MS)
  const to = { homeId: target.homeId }
  await act((tx) => moveElder(tx, { id: who.id, version: 1, to, from, going: [scale], reason: '' }, by))
  expect(await stands(scale)).toEqual([{ home_id: target.homeId, elder_id: who.id }])
  await act((tx) => undoMove(tx, { id: who.id, reason: '' }, later()))
  expect(await stands(scale)).toHaveLength(2)
})
