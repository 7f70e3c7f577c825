import { describe, expect, test } from 'vitest'
import { blocksOf, rowsOf } from './board.ts'
import type { BoardData, BoardVisit } from './shapes.ts'

const ZONE = 'Asia/Shanghai'
const at = (time: string) => `2026-12-01T${time}:00+08:00`
const visit = (id: string, from: string, to: string, given: Partial<BoardVisit> = {}): BoardVisit => ({
  id,
  elderId: 'e1',
  homeId: 'h1',
  providerId: 'p',
  caregiverId: 'c',
  planId: null,
  jointId: null,
  plannedFrom: at(from),
  plannedTo: at(to),
  state: 'assigned',
  inQuestion: false,
  confirmed: false,
  beginGrade: null,
  endGrade: null,
  services: [],
  version: 1,
  ...given,
})
const home = (id: string, lon: number | null) => ({
  id,
  address: '',
  areaId: 'a',
  areaName: '',
  lon,
  lat: lon === null ? null : 30,
})
const board = (...visits: BoardVisit[]): BoardData => ({
  visits,
  elders: ['e1', 'e2'].map((id) => ({ id, name: id, homeId: 'h1' })),
  homes: [home('h1', 106), home('h2', 106.05), home('h3', null)],
  caregivers: ['c', 'd'].map((id) => ({ id, name: id, providerId: 'p' })),
  providers: [],
  more: false,
  asOf: 0,
})

describe('the board', () => {
  test('a couple’s joint visit is one block in its caregiver’s row, and stands in both elders’ rows', () => {
    const data = board(
      visit('v1', '09:00', '10:30', { jointId: 'j' }),
      visit('v2', '09:00', '10:30', { jointId: 'j', elderId: 'e2' }),
    )
    const blocks = blocksOf(data, ZONE)
    expect(blocks.map(({ elders }) => elders.map(({ id }) => id))).toEqual([['e1', 'e2']])
    const [nobody, c] = rowsOf(data, blocks, 'caregiver', ['2026-12-01'])
    expect([nobody?.count, c?.count, c?.minutes]).toEqual([0, 1, 90])
    expect(rowsOf(data, blocks, 'elder', ['2026-12-01']).map(({ count }) => count)).toEqual([1, 1])
  })
  test('two at once clash and have no way between; what is cancelled clashes with nothing', () => {
    const both = blocksOf(board(visit('v1', '09:00', '10:00'), visit('v2', '09:30', '10:30')), ZONE)
    expect(both.map(({ clash, way }) => [clash, way])).toEqual([
      [true, null],
      [true, null],
    ])
    const gone = board(visit('v1', '09:00', '10:00', { state: 'cancelled' }), visit('v2', '09:30', '10:30'))
    expect(blocksOf(gone, ZONE).map(({ clash }) => clash)).toEqual([false, false])
  })
  test('the way is from the visit before on that day; where a home is not on the map it is not known', () => {
    const data = board(
      visit('v1', '09:00', '10:00'),
      visit('v2', '10:10', '11:00', { homeId: 'h2' }),
      visit('v3', '14:00', '15:00', { homeId: 'h3' }),
    )
    const [one, two, three] = blocksOf(data, ZONE)
    expect([one?.way, two?.way?.haveMin, three?.way]).toEqual([null, 10, null])
    expect(two?.way?.needMin).toBeGreaterThan(20)
  })
  test('a visit at night belongs to its day in the area’s zone', () => {
    const [block] = blocksOf(board(visit('v1', '00:30', '01:00')), ZONE)
    expect(block?.day).toBe('2026-12-01')
  })
  test('only what nobody has set out for can be given to somebody else', () => {
    const states = ['planned', 'assigned', 'accepted', 'on-the-way', 'in-service', 'ready', 'cancelled'] as const
    const blocks = blocksOf(board(...states.map((state, i) => visit(`v${i}`, '09:00', '10:00', { state }))), ZONE)
    expect(blocks.map(({ movable }) => movable)).toEqual([true, true, true, false, false, false, false])
  })
})
