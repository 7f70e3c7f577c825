import { describe, expect, test } from 'vitest'
import type { Alarm } from '../api/shapes.ts'
import {
  arranged,
  before,
  followUps,
  isOpen,
  isRed,
  isStored,
  missed,
  NAMED,
  onShelf,
  ordered,
  RESTED_MS,
  staysHeld,
  unowned,
  type Unstored,
} from './order.ts'
import { held } from './unstored.ts'

let n = 0
function alarm(over: Partial<Alarm> = {}): Alarm {
  const raisedAt = over.raisedAt ?? '2026-11-22T02:17:40.000Z'
  return {
    id: `alarm-${String(++n).padStart(4, '0')}`,
    subject: 'elder:1',
    elderId: null,
    homeId: null,
    deviceId: 'btn-1',
    kind: 'emergency-press',
    priority: 'high',
    state: 'raised',
    raisedAt,
    clockFrom: raisedAt,
    presses: 1,
    lastPressAt: raisedAt,
    firstDeviceAt: null,
    lastDeviceAt: null,
    owner: null,
    acknowledgedAt: null,
    resolvedAt: null,
    outcome: null,
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
    ...over,
  }
}
const at = (seconds: number): string => new Date(Date.UTC(2026, 10, 22, 2, 0, seconds)).toISOString()
const keys = (items: readonly { key: string }[]): string[] => items.map(({ key }) => key)

describe('the queue', () => {
  test('puts unowned first, then priority, then the longest wait', () => {
    const owned = alarm({ state: 'acknowledged', raisedAt: at(0) })
    const silent = alarm({ priority: 'medium', kind: 'device-silent', raisedAt: at(1) })
    const late = alarm({ raisedAt: at(9) })
    const early = alarm({ raisedAt: at(5) })
    expect([owned, silent, late, early].sort(before)).toEqual([early, late, silent, owned])
  })

  test('is one order whatever the order in which alarms were heard of', () => {
    const alarms = [0, 0, 3, 3, 1].map((seconds) => alarm({ raisedAt: at(seconds) }))
    const wanted = keys(ordered(alarms, []))
    for (let turn = 0; turn < alarms.length; turn++) {
      alarms.push(...alarms.splice(0, 1))
      expect(keys(ordered(alarms, []))).toEqual(wanted)
    }
  })

  test('shows a press that is not yet stored above everything', () => {
    const waiting = held([], { deviceId: 'btn-9', receivedAt: at(8) }).presses
    expect(keys(ordered([alarm({ raisedAt: at(0) })], waiting))[0]).toBe('unstored btn-9')
  })

  test('drops resolved alarms while nobody is inside', () => {
    const items = ordered([alarm({ state: 'resolved' }), alarm()], [])
    expect(arranged(items, null).rows).toHaveLength(1)
  })

  test('moves nothing while held: a resolved row stays in its place and newcomers wait apart', () => {
    const first = alarm({ raisedAt: at(0) })
    const second = alarm({ raisedAt: at(1) })
    const heldKeys = keys(arranged(ordered([first, second], []), null).rows)
    const newcomer = alarm({ raisedAt: at(2) })
    const now = ordered([{ ...first, state: 'resolved' }, { ...second, state: 'acknowledged' }, newcomer], [])
    const drawn = arranged(now, heldKeys)
    expect(keys(drawn.rows)).toEqual(heldKeys)
    expect(keys(drawn.fresh)).toEqual([newcomer.id])
  })

  test('calls nothing new that came and was resolved while held', () => {
    const drawn = arranged(ordered([alarm({ state: 'resolved' })], []), [])
    expect(drawn.fresh).toEqual([])
  })

  test('holds still for a hand that moves, and moves again once it rests', () => {
    const hand = { inside: true, stirredAt: 5_000 }
    expect(staysHeld(hand, [], 5_000 + RESTED_MS - 1)).toBe(true)
    expect(staysHeld(hand, [], 5_000 + RESTED_MS)).toBe(false)
    expect(staysHeld({ ...hand, inside: false }, [], 5_000)).toBe(false)
  })

  test('does not hold more who wait apart than the bar can name', () => {
    const hand = { inside: true, stirredAt: 0 }
    const waiting = ordered(
      Array.from({ length: NAMED }, () => alarm()),
      [],
    )
    const owned = ordered([alarm({ state: 'acknowledged' })], [])
    const unstored = ordered([], held([], { deviceId: 'btn-9', receivedAt: at(8) }).presses)
    expect(staysHeld(hand, [...waiting, ...owned], 0)).toBe(true)
    expect(staysHeld(hand, [...waiting, ...unstored], 0)).toBe(false)
  })

  test('gives red to unowned alarms of high priority alone', () => {
    expect(isRed(alarm())).toBe(true)
    expect(isRed(alarm({ state: 'acknowledged' }))).toBe(false)
    expect(isRed(alarm({ state: 'resolved' }))).toBe(false)
    expect(isRed(alarm({ priority: 'medium' }))).toBe(false)
  })
})

describe('what was missed while the link was away', () => {
  const known = alarm({ state: 'acknowledged', presses: 2 })
  const before = new Map([[known.id, known]])
  const names = (open: Alarm[]): string[] => missed(before, open).map(({ name, alarm: { id } }) => `${name} ${id}`)

  test('sounds where an alarm was pressed again, though it is owned', () => {
    expect(names([{ ...known, presses: 3 }])).toEqual([`pressed ${known.id}`])
  })
  test('sounds where an alarm was raised', () => {
    const raised = alarm()
    expect(names([known, raised])).toEqual([`raised ${raised.id}`])
  })
  test('is silent where nothing was pressed', () => {
    expect(names([known])).toEqual([])
  })
})

describe('a press that is not yet stored', () => {
  const one = { deviceId: 'btn-1', receivedAt: at(10), elderName: '王秀英', place: '柳树村' }

  test('sounds once, however often it is told', () => {
    const first = held([], one)
    const again = held(first.presses, one)
    expect([first.sounds, again.sounds]).toEqual([true, false])
    expect(again.presses).toEqual(first.presses)
  })

  test('of the same device joins its row and sounds again', () => {
    const both = held(held([], one).presses, { ...one, receivedAt: at(12) })
    expect(both.sounds).toBe(true)
    expect(both.presses.map(({ presses }) => presses)).toEqual([[at(10), at(12)]])
  })

  test('leaves when it is told as stored, one by one', () => {
    const both = held(held([], one).presses, { ...one, receivedAt: at(12) }).presses
    const left = held(both, { ...one, stored: true }).presses
    expect(left.map(({ presses }) => presses)).toEqual([[at(12)]])
    expect(held(left, { ...one, receivedAt: at(12), stored: true }).presses).toEqual([])
  })

  test('is stored once its device has pressed an alarm since, and not by an older alarm', () => {
    const [waiting] = held([], one).presses as [Unstored]
    expect(isStored(waiting, alarm({ lastPressAt: at(10) }))).toBe(true)
    expect(isStored(waiting, alarm({ lastPressAt: at(1) }))).toBe(false)
    expect(isStored(waiting, alarm({ lastPressAt: at(11), deviceId: 'btn-2' }))).toBe(false)
  })
})

describe('what is out of the queue', () => {
  const noon = '2026-11-22T04:00:00.000Z'
  test('lies on the shelf, the first to come back first, and neither waits nor is red', () => {
    const late = alarm({ shelvedUntil: '2026-11-22T06:00:00.000Z' })
    const soon = alarm({ shelvedUntil: '2026-11-22T05:00:00.000Z' })
    const owned = alarm({ state: 'handling', shelvedUntil: noon })
    expect(onShelf([late, owned, soon]).map(({ id }) => id)).toEqual([soon.id, late.id])
    expect(keys(arranged(ordered([late, soon, owned], []), null).rows)).toEqual([owned.id])
    expect([unowned(late), isRed(late)]).toEqual([false, false])
  })
  test('waits to be looked at again: what is due by now, the longest due first, the rest counted', () => {
    const due = (at: string): Alarm => alarm({ state: 'follow-up', resolvedAt: noon, followUpAt: at })
    const all = [due('2026-11-22T03:00:00.000Z'), due('2026-11-23T03:00:00.000Z'), due('2026-11-21T03:00:00.000Z')]
    const { due: now, later } = followUps([...all, alarm({ state: 'closed' })], Date.parse(noon))
    expect([now.map(({ id }) => id), later]).toEqual([[all[2]?.id, all[0]?.id], 1])
  })
  test('is over: resolved, to follow up, closed', () => {
    for (const state of ['resolved', 'follow-up', 'closed'] as const) expect(isOpen(alarm({ state }))).toBe(false)
    for (const state of ['raised', 'acknowledged', 'handling'] as const) expect(isOpen(alarm({ state }))).toBe(true)
  })
})
