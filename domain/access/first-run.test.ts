import { expect, test } from 'vitest'
import { firstRunOf, firstSteps, progressOf, type Found } from './first-run.ts'

const nothing: Found = { countyNamed: false, towns: 0, communities: 0, providers: 0, elders: 0, devices: 0, seats: 0 }
const all: Found = { countyNamed: true, towns: 1, communities: 1, providers: 1, elders: 1, devices: 1, seats: 1 }

test('with nothing there every step is open and nothing is begun', () => {
  const steps = firstRunOf(nothing, [])
  expect(new Set(Object.values(steps))).toEqual(new Set(['open']))
  expect(progressOf(steps)).toBe('untouched')
})

test('with one of each it is finished', () => {
  expect(progressOf(firstRunOf(all, []))).toBe('finished')
})

test('only a town and a provider may be skipped, and a community makes the town needless', () => {
  const skipped = firstRunOf(nothing, [...firstSteps])
  expect(firstSteps.filter((step) => skipped[step] === 'skipped')).toEqual(['town', 'provider'])
  expect(firstRunOf({ ...all, towns: 0 }, []).town).toBe('skipped')
  expect(progressOf(firstRunOf({ ...all, providers: 0 }, ['provider']))).toBe('finished')
  expect(progressOf(firstRunOf({ ...all, providers: 0 }, []))).toBe('begun')
})
