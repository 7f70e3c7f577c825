import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Refusal } from '@anju/domain/error'
import { moveElder, undoMove } from '@anju/prisma/elder/move'
import { transact } from '@anju/prisma/tx'
import { deliver } from '../api/facts.fixture.ts'
import { testDatabase } from '../postgres.ts'
import { HOUR_MS, makeVillage, type Village } from './village.fixture.ts'

const LIVED_HOURS = 200
const now = new Date(Math.floor(Date.now() / HOUR_MS) * HOUR_MS)
const at = (hour: number) => new Date(now.getTime() + (hour - LIVED_HOURS) * HOUR_MS)

let database: Awaited<ReturnType<typeof testDatabase>>
let village: Village
const homes: string[] = []
beforeAll(async () => {
  database = await testDatabase()
  village = await makeVillage(database.url, now, LIVED_HOURS)
  for (const name of ['甲', '乙', '丙']) homes.push((await village.elder(name)).homeId)
})
afterAll(async () => {
  await village.pool.end()
  await database.drop()
})

type Step = { home: number; hour: number; along: boolean } | 'undo'
const steps = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({ home: fc.nat(2), hour: fc.integer({ min: 1, max: LIVED_HOURS }), along: fc.boolean() }),
    },
    { weight: 1, arbitrary: fc.constant<Step>('undo') },
  ),
  { minLength: 1, maxLength: 6 },
)

/** Where somebody or something was, as whoever tells it would remember: since which hour, in which home. */
type Told = { hour: number; home: string; hers: boolean }[]
const where = (told: Told, hour: number) => told.findLast((each) => each.hour <= hour)

test(
  'after any moves and undone moves, told at once or late, each fact is at the home of its own time',
  { timeout: 120_000 },
  async () => {
    let run = 0
    await fc.assert(
      fc.asyncProperty(
        steps,
        fc.uniqueArray(fc.nat(LIVED_HOURS - 1), { minLength: 1, maxLength: 8 }),
        async (moves, hours) => {
          run++
          const { id, homeId } = await village.elder(`走 ${run}`)
          const scale = await village.device('scale', id)
          let lives = [{ hour: 0, home: homeId }]
          let stands: Told = [{ hour: 0, home: homeId, hers: true }]
          let before: { lives: typeof lives; stands: Told } | null = null
          let version = 1
          for (const step of moves) {
            // Each step a moment later, as people take them.
            const by = { ...village.by, now: new Date(now.getTime() + version) }
            try {
              if (step === 'undo') {
                await transact(village.pool, (tx) => undoMove(tx, { id, reason: '' }, by))
                expect(before).not.toBeNull()
                ;({ lives, stands } = before ?? { lives, stands })
                before = null
              } else {
                const { home, hour, along } = step
                const to = homes[home] ?? ''
                const left = lives.at(-1)
                await transact(village.pool, (tx) =>
                  moveElder(
                    tx,
                    { id, version, to: { homeId: to }, from: at(hour), going: along ? 'with' : 'stay', reason: '' },
                    by,
                  ),
                )
                expect(left && left.hour < hour && left.home !== to).toBe(true)
                before = { lives, stands }
                lives = [...lives, { hour, home: to }]
                const last = stands.at(-1)
                // Once left behind it is no longer hers to take.
                if (last?.hers && last.home === left?.home)
                  stands = [...stands, { hour, home: along ? to : last.home, hers: along }]
              }
              version++
            } catch (error) {
              if (!(error instanceof Refusal)) throw error
              if (step === 'undo') expect([error.code, before]).toEqual(['nothing-to-undo', null])
              else expect(['date-impossible', 'same-home']).toContain(error.code)
            }
          }
          for (const hour of hours) {
            const message = { id: `w-${run}-${hour}`, at: new Date(at(hour).getTime() + 60_000).toISOString() }
            await deliver(village.pool, scale, 'reading', { ...message, kind: 'weight', value: 60, unit: 'kg' }, now)
          }
          const { rows } = await village.pool.query<{ at: Date; homeId: string; elderId: string | null }>(
            `select at, home_id as "homeId", elder_id as "elderId" from reading where device_id = $1`,
            [scale],
          )
          expect(rows).toHaveLength(hours.length)
          for (const row of rows) {
            const then = where(stands, (row.at.getTime() - at(0).getTime()) / HOUR_MS)
            expect([row.homeId, row.elderId]).toEqual([then?.home, then?.hers ? id : null])
          }
          const { rows: residences } = await village.pool.query<{ homeId: string }>(
            `select home_id as "homeId" from residence where elder_id = $1 order by valid_from`,
            [id],
          )
          expect(residences.map((each) => each.homeId)).toEqual(lives.map((each) => each.home))
        },
      ),
      { numRuns: 25 },
    )
  },
)

test('two stays of one device and user number that overlap by a moment cannot be stored', async () => {
  const { id, homeId } = await village.elder('重叠')
  const period = fc
    .tuple(fc.nat(20), fc.option(fc.integer({ min: 1, max: 10 })), fc.constantFrom(1, 2, null))
    .map(([from, length, userNumber]) => ({ from, to: length === null ? null : from + length, userNumber }))
  type Period = { from: number; to: number | null; userNumber: number | null }
  const overlap = (a: Period, b: Period) =>
    a.userNumber === b.userNumber && (a.to === null || b.from < a.to) && (b.to === null || a.from < b.to)
  await fc.assert(
    fc.asyncProperty(fc.array(period, { minLength: 2, maxLength: 8 }), async (periods) => {
      const device = await village.device('scale', id)
      await village.pool.query('update assignment set valid_to = $2 where device_id = $1', [device, at(1)])
      const stored: Period[] = []
      for (const each of periods) {
        const fits = await village.pool
          .query(
            `insert into assignment (id, device_id, home_id, user_number, valid_from, valid_to)
             values (gen_random_uuid(), $1, $2, $3, $4, $5)`,
            [device, homeId, each.userNumber, at(each.from + 10), each.to === null ? null : at(each.to + 10)],
          )
          .then(
            () => true,
            (error: { code: string }) => {
              expect(error.code).toBe('23P01')
              return false
            },
          )
        expect(fits).toBe(!stored.some((other) => overlap(each, other)))
        if (fits) stored.push(each)
      }
    }),
    { numRuns: 25 },
  )
})
