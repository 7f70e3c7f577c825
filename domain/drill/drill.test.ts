import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type DrillAlarm, reportOf } from './report.ts'
import { decideDrillOver, DRILL_STATES, planOf, SCENARIOS, scenarioNames } from './scenario.ts'

describe.each(scenarioNames)('the scenario %s', (name) => {
  test('is the same for the same seed, in the order of time, by its own devices, and over in time', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const steps = planOf(name, seed)
        expect(planOf(name, seed)).toEqual(steps)
        expect(steps.map(({ atS }) => atS)).toEqual(steps.map(({ atS }) => atS).toSorted((a, b) => a - b))
        expect(steps.every(({ device }) => device >= 0 && device < SCENARIOS[name].devices)).toBe(true)
        expect(Math.max(...steps.map(({ atS }) => atS))).toBeLessThan(SCENARIOS[name].lastsS)
      }),
      { numRuns: 20 },
    )
  })
})

test('a dark village is one that fell silent early enough for its alarm to be answered', () => {
  const { silentAfterS, lastsS } = SCENARIOS['village-dark']
  expect(silentAfterS + 60 + 180).toBeLessThan(lastsS)
})

const alarm = (
  n: number,
  afterS: Partial<Record<'shownAt' | 'acknowledgedAt' | 'firstStepAt' | 'resolvedAt', number>>,
): DrillAlarm => {
  const raised = Date.parse('2026-11-22T02:00:00Z') + n * 1000
  const at = (s: number | undefined) => (s === undefined ? null : new Date(raised + s * 1000).toISOString())
  return {
    id: String(n),
    kind: 'emergency-press',
    deviceId: null,
    devices: 0,
    presses: 1,
    raisedAt: new Date(raised).toISOString(),
    shownAt: at(afterS.shownAt),
    acknowledgedAt: at(afterS.acknowledgedAt),
    owner: null,
    firstStepAt: at(afterS.firstStepAt),
    resolvedAt: at(afterS.resolvedAt),
    escalations: [],
    delivered: 0,
  }
}

test('a report counts all alarms in its parts, not only those that were answered', () => {
  const report = reportOf(
    [
      alarm(1, { shownAt: 0.3, acknowledgedAt: 12, firstStepAt: 20, resolvedAt: 90 }),
      alarm(2, { shownAt: 0.4, acknowledgedAt: 61 }),
      alarm(3, { shownAt: 0.5, acknowledgedAt: 180 }),
      alarm(4, { shownAt: 0.2 }),
    ],
    { planned: 5, stored: 5 },
  )
  expect(report).toMatchObject({ within60: 0.25, within180: 0.75, unanswered: 1 })
  expect(report.shown).toEqual({ n: 4, p50: 0.3, p90: 0.5, max: 0.5 })
  expect(report.resolved).toEqual({ n: 1, p50: 90, p90: 90, max: 90 })
})

test('of no alarms there is nothing to say', () => {
  expect(reportOf([], { planned: 0, stored: 0 })).toMatchObject({ within60: null, within180: null, unanswered: 0 })
})

test('a drill whose player is not heard of, or that nobody ever played, has failed; one that is over has not', () => {
  const at = (s: number) => new Date(Date.parse('2026-11-22T02:00:00Z') + s * 1000)
  const drill = { state: 'running' as const, startedAt: at(0), playedAt: null, endsAt: at(300) }
  expect(decideDrillOver(drill, at(44))).toEqual({ kind: 'again', dueAt: at(45) })
  expect(decideDrillOver(drill, at(45))).toEqual({ kind: 'failed' })
  expect(decideDrillOver({ ...drill, playedAt: at(100) }, at(144))).toEqual({ kind: 'again', dueAt: at(145) })
  expect(decideDrillOver({ ...drill, playedAt: at(100) }, at(145))).toEqual({ kind: 'failed' })
  expect(decideDrillOver({ ...drill, playedAt: at(344) }, at(345))).toEqual({ kind: 'failed' })
  for (const state of DRILL_STATES.filter((each) => each !== 'running')) {
    expect(decideDrillOver({ ...drill, state }, at(999))).toEqual({ kind: 'moot' })
  }
})
