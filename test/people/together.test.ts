import { afterAll, beforeAll, expect, test } from 'vitest'
import { Refusal } from '@anju/domain/error'
import { bindDevice } from '@anju/prisma/assignment/apply'
import { changeElder } from '@anju/prisma/elder/change'
import { confirmDeath } from '@anju/prisma/elder/death'
import { mergeElders, undoMerge } from '@anju/prisma/elder/merge'
import { moveElder } from '@anju/prisma/elder/move'
import { transact, type Tx } from '@anju/prisma/tx'
import { deliver, press } from '../api/facts.fixture.ts'
import { testDatabase } from '../postgres.ts'
import { key, makeVillage, type Village } from './village.fixture.ts'

/** Real transactions at the same moment; whichever comes first, what is stored makes sense. */
const ROUNDS = 8
const now = new Date()
let database: Awaited<ReturnType<typeof testDatabase>>
let village: Village
beforeAll(async () => {
  database = await testDatabase()
  village = await makeVillage(database.url, now, 100)
})
afterAll(async () => {
  await village.pool.end()
  await database.drop()
})

/** Both at once; each answers 'done' or the code of its refusal. Anything else fails the test. */
function together(...works: ((tx: Tx) => Promise<unknown>)[]): Promise<string[]> {
  return Promise.all(
    works.map((work) =>
      transact(village.pool, work).then(
        () => 'done',
        (error: unknown) => {
          if (error instanceof Refusal) return error.code
          throw error
        },
      ),
    ),
  )
}

async function rows<Row extends object>(sql: string, values: unknown[]): Promise<Row[]> {
  return (await village.pool.query<Row>(sql, values)).rows
}

/** What must hold of everybody at any time. */
async function expectWhole(): Promise<void> {
  const faults = await rows(
    `select elder.id from elder left join residence r on r.elder_id = elder.id and r.valid_to is null
     where elder.died_on is null and r.home_id is distinct from elder.home_id
     union all select a.id from elder a join elder b on b.id = a.merged_into where b.merged_into is not null
     union all select a.id from assignment a join elder on elder.id = a.elder_id
     where a.valid_to is null and (elder.merged_into is not null or elder.died_on is not null)`,
    [],
  )
  expect(faults).toEqual([])
}

const { by } = { by: () => village.by }
const anHourAgo = new Date(now.getTime() - 3_600_000)

test('of many changes of one version one is stored, whole, and its history once', async () => {
  const { id } = await village.elder('一份')
  const change = (note: string) => (tx: Tx) =>
    changeElder(tx, key, { id, version: 1, change: { note, hearing: note }, reason: '' }, by())
  const answers = await together(...['a', 'b', 'c', 'd', 'e'].map(change))
  expect(answers.toSorted()).toEqual([...Array<string>(4).fill('changed-meanwhile'), 'done'])
  const winner = 'abcde'[answers.indexOf('done')]
  const [row] = await rows('select note, hearing, version from elder where id = $1', [id])
  expect(row).toEqual({ note: winner, hearing: winner, version: 2 })
  expect(
    await rows(`select from record_change where subject = $1 and action = 'changed'`, [`elder:${id}`]),
  ).toHaveLength(1)
})

test('merging two files leaves a meter that somebody else uses as well in the one home it stands in', async () => {
  const [double, real] = [await village.elder('重名'), await village.elder('本人')]
  const husband = await village.elder('老伴', double.homeId)
  const [shared, own] = [await village.device('scale', double.id), await village.device('button', double.id)]
  await village.pool.query('update assignment set user_number = 1 where device_id = $1', [shared])
  await transact(village.pool, (tx) =>
    bindDevice(tx, shared, { elderId: husband.id, userNumber: 2, from: anHourAgo, ...by() }),
  )
  await transact(village.pool, (tx) =>
    mergeElders(tx, key, { id: double.id, into: real.id, version: 1, reason: '' }, by()),
  )
  const standing = (deviceId: string) =>
    rows(
      `select home_id, elder_id, user_number from assignment where device_id = $1 and valid_to is null
       order by user_number`,
      [deviceId],
    )
  expect(await standing(shared)).toEqual([
    { home_id: double.homeId, elder_id: real.id, user_number: 1 },
    { home_id: double.homeId, elder_id: husband.id, user_number: 2 },
  ])
  expect(await standing(own)).toEqual([{ home_id: real.homeId, elder_id: real.id, user_number: null }])
})

test('merging into somebody who moves at that moment: her devices end up where she lives or were the home’s before', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const [real, double, target] = [await village.elder('真'), await village.elder('重'), await village.elder('邻')]
    const button = await village.device('button', double.id)
    const answers = await together(
      (tx) => mergeElders(tx, key, { id: double.id, into: real.id, version: 1, reason: '' }, by()),
      (tx) => {
        const move = { id: real.id, version: 1, from: anHourAgo, going: 'with' as const, reason: '' }
        return moveElder(tx, { ...move, to: { homeId: target.homeId } }, by())
      },
    )
    // The merge changes both files: a move of the version before comes too late, and says so.
    expect(answers[0]).toBe('done')
    expect(['done', 'changed-meanwhile']).toContain(answers[1])
    const lives = answers[1] === 'done' ? target.homeId : real.homeId
    const open = await rows('select home_id, elder_id from assignment where device_id = $1 and valid_to is null', [
      button,
    ])
    expect(open).toEqual([{ home_id: lives, elder_id: real.id }])
  }
  await expectWhole()
})

test('two merges against each other make no circle, and chains are refused', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const [a, b, c] = [await village.elder('圈'), await village.elder('圈'), await village.elder('圈')]
    const merge = (id: string, into: string) => (tx: Tx) =>
      mergeElders(tx, key, { id, into, version: 1, reason: '' }, by())
    const answers = await together(merge(a.id, b.id), merge(b.id, c.id), merge(c.id, a.id))
    expect(answers.filter((answer) => answer === 'done')).toHaveLength(1)
    for (const answer of answers) expect(['done', 'merge-chain', 'changed-meanwhile']).toContain(answer)
  }
  await expectWhole()
})

test('a merge undone while it is merged again leaves one state or the other', async () => {
  const [a, b] = [await village.elder('来'), await village.elder('去')]
  await together((tx) => mergeElders(tx, key, { id: a.id, into: b.id, version: 1, reason: '' }, by()))
  const answers = await together(
    (tx) => undoMerge(tx, key, { id: a.id, reason: '' }, by()),
    (tx) => undoMerge(tx, key, { id: a.id, reason: '' }, by()),
  )
  expect(answers.toSorted()).toEqual(['done', 'nothing-to-undo'])
  await expectWhole()
})

test('a press during a death raises, for her or for her home', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const { id, homeId } = await village.elder('危')
    const button = await village.device('button', id)
    const moment = new Date()
    const diedOn = moment.toISOString().slice(0, 10)
    const death = together((tx) => confirmDeath(tx, { id, version: 1, diedOn, reason: '' }, { ...by(), now: moment }))
    const [answers] = await Promise.all([death, deliver(village.pool, button, 'press', press(), moment)])
    expect(answers).toEqual(['done'])
    const alarms = await rows('select subject, home_id from alarm where device_id = $1', [button])
    expect(alarms).toHaveLength(1)
    expect([`elder:${id}`, `home:${homeId}`]).toContain(Reflect.get(alarms[0] ?? {}, 'subject'))
    expect(alarms[0]).toMatchObject({ home_id: homeId })
  }
  await expectWhole()
})
