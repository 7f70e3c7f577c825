import { expect, test } from 'vitest'
import type { Alarm } from '../api/shapes.ts'
import { linesOfDay } from './log.ts'

const zone = 'Asia/Shanghai'
const alarm: Alarm = {
  id: 'a',
  subject: 'elder:1',
  elderId: null,
  homeId: null,
  deviceId: 'btn-1',
  kind: 'emergency-press',
  priority: 'high',
  state: 'resolved',
  raisedAt: '2026-11-21T15:59:00.000Z', // 23:59 of the day before, in the zone
  clockFrom: '2026-11-21T16:01:00.000Z',
  presses: 2,
  lastPressAt: '2026-11-21T16:01:00.000Z',
  firstDeviceAt: '2026-11-21T15:58:58.000Z',
  lastDeviceAt: '2026-11-21T15:50:00.000Z',
  owner: { id: 'u', name: '李静' },
  acknowledgedAt: '2026-11-21T16:02:00.000Z',
  resolvedAt: '2026-11-21T16:09:00.000Z',
  outcome: 'need-met',
  shelvedUntil: null,
  followUpAt: null,
  closedAt: null,
  drillId: null,
  escalation: 0,
  devices: [],
  elder: null,
  home: null,
  area: null,
  shownAt: null,
  messageId: null,
}

test('the log holds the lines of the zone’s own day, newest first', () => {
  const lines = linesOfDay([alarm], zone, Date.parse('2026-11-22T01:00:00Z'))
  expect(lines.map(({ what }) => what)).toEqual(['resolved', 'acknowledged', 'pressed'])
})

test('a press keeps both clocks: when it arrived and what the device said', () => {
  const [pressed] = linesOfDay([alarm], zone, Date.parse('2026-11-22T01:00:00Z')).filter(
    ({ what }) => what === 'pressed',
  )
  expect([pressed?.at, pressed?.deviceAt]).toEqual([alarm.lastPressAt, alarm.lastDeviceAt])
})

test('an alarm of another day leaves no line', () => {
  expect(linesOfDay([alarm], zone, Date.parse('2026-11-24T01:00:00Z'))).toEqual([])
})
