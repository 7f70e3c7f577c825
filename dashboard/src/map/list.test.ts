import type { MapCommunity, MapHome } from '@anju/api/map/schema'
import type { VisitNow } from '@anju/api/visit/now-schema'
import { expect, test } from 'vitest'
import type { Alarm } from '../api/shapes.ts'
import { groupsOf, sumOf } from './list.ts'
import { pinsOf, type Found } from './pins.ts'

const lotus = { id: 'lotus', name: 'Lotus' }
const willow = { id: 'willow', name: 'Willow' }
const home = (
  id: string,
  area: typeof lotus,
  lon: number,
  ...states: MapHome['residents'][number]['state'][]
): MapHome => ({
  id,
  area,
  lon,
  lat: 30,
  address: '',
  residents: states.map((state, n) => ({ id: `${id}-${n}`, name: `${id} ${n}`, state })),
})
const community = (area: typeof lotus, lon: number, homes: number): MapCommunity => ({
  ...area,
  within: { id: 'town', name: 'Town' },
  lon,
  lat: 30,
  homes,
  residents: homes * 2,
})
const alarm = (id: string, change: Partial<Alarm> = {}): Alarm => ({
  id,
  subject: `home:${id}`,
  elderId: null,
  homeId: null,
  deviceId: null,
  kind: 'emergency-press',
  priority: 'high',
  state: 'raised',
  raisedAt: '2026-11-22T08:00:00Z',
  clockFrom: '2026-11-22T08:00:00Z',
  presses: 1,
  lastPressAt: null,
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
  area: lotus,
  shownAt: null,
  messageId: null,
  ...change,
})

const visit = (id: string, area: typeof lotus, lon: number): VisitNow => ({
  id,
  elders: [{ id, name: id, visitId: id }],
  home: { id, address: '' },
  area,
  place: { lon, lat: 30 },
  caregiver: { id, name: '李护工', phone: '' },
  provider: { id: 'p', name: '站', phone: '' },
  state: 'in-service',
  since: '2026-11-22T08:00:00Z',
  plannedFrom: '2026-11-22T08:00:00Z',
  plannedTo: '2026-11-22T09:00:00Z',
})

const homes = [
  home('a', lotus, 104.1, 'living', 'away'),
  home('b', lotus, 104.3, 'dead'),
  home('c', willow, 104.5, 'living'),
]
const communities = [community(willow, 104.5, 1), community(lotus, 104.2, 2)]
const places = new Map<string | null, Found>([
  ['a', { at: { lon: 104.1, lat: 30 }, about: false }],
  ['c', { at: { lon: 104.5, lat: 30 }, about: false }],
])
const placeOf = (each: Alarm): Found | null => places.get(each.homeId) ?? null
const told = {
  homes,
  communities,
  grouped: false,
  alarms: [alarm('1', { homeId: 'a' }), alarm('2')],
  visits: [visit('v', lotus, 104.1), visit('w', willow, 104.5)],
  placeOf,
}
const view = { west: 104, east: 104.2, south: 29, north: 31 }

test('communities with alarms come first, and the sum is what the list holds', () => {
  const groups = groupsOf(told, null)
  expect(groups.map(({ name, alarms }) => [name, alarms.length])).toEqual([
    ['Lotus', 2],
    ['Willow', 0],
  ])
  expect(sumOf(groups)).toEqual({ communities: 2, homes: 3, residents: 3, alarms: 2, visits: 2 })
})

test('in view means what the map shows: an alarm without a place is in no view', () => {
  const groups = groupsOf(told, view)
  expect(groups.map(({ name, homes: inside }) => [name, inside.map(({ id }) => id)])).toEqual([['Lotus', ['a']]])
  expect(sumOf(groups)).toEqual({ communities: 1, homes: 1, residents: 2, alarms: 1, visits: 1 })
})

test('homes too many to be told are counted as the platform counted them', () => {
  const groups = groupsOf({ ...told, homes: [], grouped: true, alarms: [] }, null)
  expect(sumOf(groups)).toEqual({ communities: 2, homes: 3, residents: 6, alarms: 0, visits: 2 })
})

test('an alarm of no community in the list is told all the same', () => {
  const groups = groupsOf({ ...told, alarms: [alarm('3', { area: null })] }, null)
  expect(groups[0]).toMatchObject({ id: null, alarms: [{ id: '3' }], counts: { homes: 0 } })
})

test('alarms of one place share a sign, whose shape is the loudest one’s', () => {
  const owner = { id: 'u', name: 'Li' }
  const owned = alarm('1', { homeId: 'a', state: 'acknowledged', owner })
  const waits = alarm('2', { homeId: 'a', priority: 'medium', kind: 'device-silent' })
  const red = alarm('3', { homeId: 'c' })
  const shapes = (alarms: Alarm[]) =>
    pinsOf(alarms, placeOf).map(({ shape, alarms: of }) => [shape, of.map(({ id }) => id)])
  expect(shapes([owned, waits, red])).toEqual([
    ['red', ['3']],
    ['waits', ['2', '1']],
  ])
  expect(shapes([owned])).toEqual([['owned', ['1']]])
  expect(shapes([alarm('4')])).toEqual([])
})
