import { expect, test } from 'vitest'
import { Backoff } from './backoff.ts'
import { rfc3339, VirtualClock, wrongClock } from './clock.ts'
import { seeded } from './random.ts'

test('a wrong clock is off by its offset and runs away by its drift', async () => {
  const truth = new VirtualClock(1_000_000)
  const clock = wrongClock(truth, { offsetMs: 5_000, driftPpm: 200 })
  expect(clock.now()).toBe(1_005_000)
  await truth.advance(86_400_000)
  expect(clock.now() - truth.now()).toBe(5_000 + 17_280) // 200 ppm of a day
})

test('a virtual clock wakes sleepers in order, each at its own instant, and an abort at once', async () => {
  const clock = new VirtualClock(0)
  const woken: [string, number][] = []
  const sleep = async (name: string, ms: number) => {
    await clock.sleep(ms)
    woken.push([name, clock.now()])
  }
  const stop = new AbortController()
  const aborted = clock.sleep(1e9, stop.signal)
  void sleep('b', 20)
  void sleep('a', 10).then(() => sleep('c', 5))
  await clock.advance(100)
  stop.abort()
  await aborted
  expect(woken).toEqual([
    ['a', 10],
    ['c', 15],
    ['b', 20],
  ])
  expect(clock.now()).toBe(100)
})

test('device time is written with its offset', () => {
  expect(rfc3339(Date.UTC(2026, 10, 22, 23, 59, 59, 7))).toBe('2026-11-23T07:59:59.007+08:00')
})

test('back-off doubles its range up to a ceiling, is never the same for two devices, and starts small after an answer', () => {
  const options = { minMs: 1_000, maxMs: 60_000 }
  const waits = (id: string) => {
    const backoff = new Backoff(seeded(7, id), options)
    return Array.from({ length: 12 }, () => backoff.next())
  }
  const [a, b] = [waits('a'), waits('b')]
  a.forEach((wait, i) => {
    expect(wait).toBeGreaterThanOrEqual(1_000)
    expect(wait).toBeLessThanOrEqual(Math.min(60_000, 1_000 * 2 ** (i + 1)))
  })
  expect(a).not.toEqual(b)
  expect(waits('a')).toEqual(a)
  const backoff = new Backoff(seeded(7), options)
  for (let i = 0; i < 12; i++) backoff.next()
  backoff.reset()
  expect(backoff.next()).toBeLessThanOrEqual(2_000)
})
