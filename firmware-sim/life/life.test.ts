import { expect, test } from 'vitest'
import { freshSeed, seeded } from '../random.ts'
import { atChildren, inHospital } from './absence.ts'
import { glucoseAt, pressureAt, spo2At, temperatureAt, weightAt } from './body.ts'
import { dayMs, dayOf, festival, hourMs, isMarketDay, lunar, minuteMs } from './calendar.ts'
import { type Act, type Household, planDay } from './day.ts'
import { type Condition, personOf } from './person.ts'
import { planRounds } from './rounds.ts'

const day = (text: string) => Date.parse(`${text}T00:00:00+08:00`)
const days = (from: string, count: number) => Array.from({ length: count }, (_, n) => day(from) + n * dayMs)
const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
const numbers = (count: number) => Array.from({ length: count }, (_, n) => n)

const tools = [
  { device: 'btn', kind: 'button' },
  { device: 'bpm', kind: 'bp-meter' },
  { device: 'glu', kind: 'glucose-meter' },
  { device: 'oxi', kind: 'oximeter' },
  { device: 'scl', kind: 'scale' },
  { device: 'thm', kind: 'thermometer' },
] as const
const home = (seed: number, ...conditions: Condition[][]): Household => ({
  id: 'h',
  seed,
  people: conditions.map((each, n) => personOf(seed, `h/${n}`, { conditions: each })),
  tools,
  market: 0,
})
const values = (acts: Act[]) => acts.flatMap((act) => (act.does === 'measure' ? [act.value] : []))

test('festivals fall on their days of the farmers’ calendar, leap months or not', () => {
  expect(festival(day('2026-02-16'))).toBe('spring-festival') // New Year's Eve
  expect(festival(day('2026-02-17'))).toBe('spring-festival')
  expect(festival(day('2026-02-24'))).toBeUndefined()
  expect(festival(day('2026-03-03'))).toBe('lantern')
  expect(festival(day('2026-06-19'))).toBe('dragon-boat')
  expect(festival(day('2026-09-25'))).toBe('mid-autumn')
  expect(festival(day('2025-10-06'))).toBe('mid-autumn') // after the leap sixth month of 2025
  expect(lunar(day('2025-07-30'))).toEqual({ month: 6, leap: true, day: 6 })
  expect(festival(day('2026-10-18'))).toBe('double-ninth')
})

test('each market row has its days, no day has two markets, and the tens have none', () => {
  for (const each of days('2026-01-01', 120)) {
    const rows = ([0, 1, 2] as const).filter((row) => isMarketDay(each, row))
    expect(rows.length).toBe(lunar(each).day % 10 === 0 ? 0 : 1)
  }
})

test('no body ever shows what no body can, whoever, whenever', () => {
  const seed = freshSeed()
  const random = seeded(seed, 'bodies')
  for (const n of numbers(3_000)) {
    const person = personOf(seed, `p${n % 150}`)
    const atMs = day('2024-01-01') + random.between(0, 5 * 365) * dayMs
    const pressure = pressureAt(person, atMs, random, random.next() < 0.2)
    if (pressure.kind !== 'blood-pressure') throw new Error('not a pressure')
    const why = `seed ${seed}: ${JSON.stringify(pressure)}`
    expect(pressure.systolic, why).toBeGreaterThanOrEqual(82)
    expect(pressure.systolic, why).toBeLessThanOrEqual(218)
    expect(pressure.systolic - pressure.diastolic, why).toBeGreaterThanOrEqual(20)
    expect(pressure.diastolic, why).toBeGreaterThanOrEqual(35)
    const ranges: [ReturnType<typeof glucoseAt>, number, number][] = [
      [glucoseAt(person, atMs, random), 2.6, 26],
      [spo2At(person, atMs, random), 80, 100],
      [weightAt(person, atMs, random), 34, 110],
      [temperatureAt(person, atMs, random), 35.2, 39.8],
    ]
    for (const [value, low, high] of ranges) {
      if (value.kind === 'blood-pressure') throw new Error('not a single value')
      expect(value.value, `seed ${seed}: ${JSON.stringify(value)}`).toBeGreaterThanOrEqual(low)
      expect(value.value, `seed ${seed}: ${JSON.stringify(value)}`).toBeLessThanOrEqual(high)
    }
  }
})

test('pressure dips at night and is higher in winter; sugar rises after a meal; lungs tell', () => {
  const sample = (of: (n: number) => number) => mean(numbers(400).map(of))
  const systolic = (date: string, hours: number, n: number) => {
    const value = pressureAt(personOf(n, 'p', { conditions: ['hypertension'] }), day(date) + hours * hourMs, seeded(n))
    return value.kind === 'blood-pressure' ? value.systolic : Number.NaN
  }
  const winter = sample((n) => systolic('2026-01-20', 7.5, n))
  expect(winter - sample((n) => systolic('2026-07-20', 7.5, n))).toBeGreaterThan(8)
  expect(winter - sample((n) => systolic('2026-01-20', 2, n))).toBeGreaterThan(12)
  const sugar = (conditions: Condition[], afterMin: number) =>
    sample((n) => {
      const person = personOf(n, 'p', { conditions })
      const value = glucoseAt(person, day('2026-05-06') + (person.habits.breakfastMin + afterMin) * minuteMs, seeded(n))
      return value.kind === 'glucose' ? value.value : Number.NaN
    })
  expect(sugar(['diabetes'], 80) - sugar(['diabetes'], -15)).toBeGreaterThan(3)
  expect(sugar(['diabetes'], 80) - sugar([], 80)).toBeGreaterThan(3)
  const oxygen = (conditions: Condition[]) =>
    sample((n) => {
      const value = spo2At(personOf(n, 'p', { conditions }), day('2026-05-06') + 9 * hourMs, seeded(n))
      return value.kind === 'spo2' ? value.value : Number.NaN
    })
  expect(oxygen([]) - oxygen(['copd'])).toBeGreaterThan(3)
})

test('a day follows from seed, household and date alone, in whatever order days are asked for', () => {
  const one = home(7, ['hypertension', 'diabetes'], ['copd'])
  const year = days('2026-01-01', 60)
  const forth = year.map((each) => planDay(one, each))
  const back = year.toReversed().map((each) => planDay(home(7, ['hypertension', 'diabetes'], ['copd']), each))
  expect(back.toReversed()).toEqual(forth)
  expect(forth.flat().length).toBeGreaterThan(150)
  expect(year.map((each) => planDay(home(8, ['hypertension'], ['copd']), each))).not.toEqual(forth)
})

test('acts lie within their day or the minutes after it, in order', () => {
  const seed = freshSeed()
  for (const each of days('2026-01-01', 200)) {
    const acts = planDay(home(seed, ['hypertension', 'diabetes', 'heart-failure'], []), each)
    for (const [n, act] of acts.entries()) {
      expect(act.atMs, `seed ${seed}`).toBeGreaterThanOrEqual(Math.max(each, acts[n - 1]?.atMs ?? 0))
      expect(act.atMs, `seed ${seed}`).toBeLessThan(each + dayMs + hourMs)
    }
  }
})

test('a couple measures with its own user numbers, mostly; one alone has none', () => {
  const couple = days('2026-03-01', 400).flatMap((each) =>
    values(planDay(home(3, ['hypertension'], ['diabetes']), each)),
  )
  expect(new Set(couple.map((value) => value.user))).toEqual(new Set([1, 2]))
  const sweet = couple.filter((value) => value.kind === 'glucose')
  const own = sweet.filter((value) => value.user === 2).length / sweet.length
  expect(own).toBeGreaterThan(0.75) // now and then the healthy one is curious, or the number is wrong
  const single = days('2026-03-01', 60).flatMap((each) => values(planDay(home(3, ['hypertension']), each)))
  expect(single.every((value) => value.user === undefined)).toBe(true)
})

test('mistakes happen: some cuffs move, and what moved is measured again', () => {
  const taken = numbers(40).flatMap((seed) =>
    days('2026-03-01', 60).flatMap((each) => values(planDay(home(seed, ['hypertension']), each))),
  )
  const cuffs = taken.filter((value) => value.kind === 'blood-pressure')
  const moved = cuffs.filter((value) => value.motion === true).length / cuffs.length
  expect(moved).toBeGreaterThan(0.005)
  expect(moved).toBeLessThan(0.08)
  const after = cuffs.filter((_, n) => cuffs[n - 1]?.motion === true)
  expect(after.every((value) => value.motion === undefined)).toBe(true)
})

test('presses are rare, some are for the second time, some come at night', () => {
  const years = numbers(60).flatMap((seed) => days('2026-01-01', 365).flatMap((each) => planDay(home(seed, []), each)))
  const presses = years.filter((act) => act.does === 'press')
  const each = presses.length / 60
  expect(each).toBeGreaterThan(4)
  expect(each).toBeLessThan(25)
  expect(new Set(presses.map((act) => act.why))).toEqual(new Set(['need', 'again', 'slip', 'try']))
  const hours = presses.map((act) => (act.atMs - dayOf(act.atMs)) / hourMs)
  expect(hours.some((hour) => hour < 5)).toBe(true)
})

test('who is in hospital or with the children measures nothing and presses nothing', () => {
  let absent = 0
  for (const seed of numbers(150)) {
    const one = home(seed, ['heart-failure', 'copd'])
    const person = one.people[0]
    if (!person) throw new Error('nobody')
    for (const each of days('2026-01-10', 60)) {
      if (!inHospital(person, each) && !atChildren(person, each)) continue
      absent++
      expect(planDay(one, each)).toEqual([])
    }
  }
  expect(absent).toBeGreaterThan(100)
})

test('a caregiver is in one home at a time, leaves after coming, and rests at noon and on Sundays', () => {
  const seed = freshSeed()
  const doors = numbers(60).map((n) => ({ device: `d${n}`, badges: [`0${n % 9}A1B2C3`, '09FFFFFF'] }))
  for (const each of days('2026-03-01', 30)) {
    const acts = planRounds(seed, doors, each)
    const inside = new Map<string, { device: string; atMs: number }>()
    for (const act of acts) {
      if (act.does !== 'tap') throw new Error('not a tap')
      const where = inside.get(act.uid)
      if (act.way === 'in') {
        inside.set(act.uid, act)
        const hour = (act.atMs - each) / hourMs
        expect(hour < 12 || hour >= 14, `seed ${seed}`).toBe(true)
      } else {
        expect(where?.device, `seed ${seed}`).toBe(act.device)
        expect(act.atMs - (where?.atMs ?? 0)).toBeGreaterThanOrEqual(40 * minuteMs)
        inside.delete(act.uid)
      }
    }
    if (new Date(each + 8 * hourMs).getUTCDay() === 0) expect(acts).toEqual([])
    else expect(acts.length).toBeGreaterThan(10)
  }
})
