import { AHEAD, isAhead, type VisitState } from '@anju/domain/visit/kinds'
import { travelMin } from '@anju/domain/visit/suggest'
import { dayOf } from '../clock/format.ts'
import type { BoardData, BoardVisit } from './shapes.ts'

/** A block of the board: one visit, or the visits of a joint one. */
export interface Block {
  id: string
  visits: readonly [BoardVisit, ...BoardVisit[]]
  from: number
  to: number
  day: string
  elders: readonly { id: string; name: string }[]
  home: BoardData['homes'][number] | undefined
  caregiverId: string | null
  providerId: string
  state: VisitState
  inQuestion: boolean
  /** Overlaps another visit of the same caregiver. */
  clash: boolean
  /** Minutes from the visit before on the same day, and how many there are; null: none before, or not on the map. */
  way: { needMin: number; haveMin: number } | null
  /** Whether it can still be given to somebody else. */
  movable: boolean
}

export interface BoardRow {
  /** '' for visits nobody is assigned to. */
  id: string
  name: string
  days: readonly (readonly Block[])[]
  count: number
  minutes: number
  clashes: number
}

const NOBODY = ''
/** Nobody goes there any more, so nothing clashes with it. */
const GONE: readonly VisitState[] = ['cancelled', 'refused', 'missed']
/** Those that can be assigned anew (`domain/visit/can`). */
const MOVABLE: readonly VisitState[] = AHEAD.filter((state) => state !== 'on-the-way')

/** The blocks of a board in order of time, with what clashes and how far the way from the visit before is. */
export function blocksOf(data: BoardData, zone: string): Block[] {
  const elders = new Map(data.elders.map((elder) => [elder.id, elder]))
  const homes = new Map(data.homes.map((home) => [home.id, home]))
  // of a joint visit, those that are still given by one caregiver stand together
  const grouped = Map.groupBy(data.visits, (visit) =>
    visit.jointId === null
      ? visit.id
      : [visit.jointId, visit.caregiverId, visit.plannedFrom, isAhead(visit.state)].join(),
  )
  const blocks = [...grouped.values()].flatMap(([first, ...rest]): Block[] => {
    if (first === undefined) return []
    const visits = [first, ...rest] as const
    return [
      {
        id: first.id,
        visits,
        from: Date.parse(first.plannedFrom),
        to: Date.parse(first.plannedTo),
        day: dayOf(first.plannedFrom, zone),
        elders: visits.map(({ elderId }) => ({ id: elderId, name: elders.get(elderId)?.name ?? '' })),
        home: homes.get(first.homeId),
        caregiverId: first.caregiverId,
        providerId: first.providerId,
        state: first.state,
        inQuestion: visits.some(({ inQuestion }) => inQuestion),
        clash: false,
        way: null,
        movable: visits.every(({ state }) => MOVABLE.includes(state)),
      },
    ]
  })
  for (const own of Map.groupBy(blocks, ({ caregiverId, day }) => `${caregiverId} ${day}`).values()) {
    if (own[0]?.caregiverId != null) follow(own.filter(({ state }) => !GONE.includes(state)))
  }
  return blocks
}

/** Marks what clashes, and the way from each to the next, of one caregiver's day in order of time. */
function follow(own: readonly Block[]): void {
  let last: Block | undefined
  for (const block of own) {
    if (last && block.from < last.to) block.clash = last.clash = true
    else if (last) {
      const needMin = travelMin(placeOf(last), placeOf(block))
      if (needMin !== null) block.way = { needMin, haveMin: Math.floor((block.from - last.to) / 60_000) }
    }
    if (!last || block.to > last.to) last = block
  }
}

function placeOf({ home }: Block): { lon: number; lat: number } | null {
  return home?.lon == null || home.lat == null ? null : { lon: home.lon, lat: home.lat }
}

/** Rows of the board: whom nobody is assigned to first, then by name. */
export function rowsOf(
  data: BoardData,
  blocks: readonly Block[],
  by: 'caregiver' | 'elder',
  days: readonly string[],
): BoardRow[] {
  const people = by === 'caregiver' ? [{ id: NOBODY, name: '' }, ...sorted(data.caregivers)] : sorted(data.elders)
  const idsOf = (block: Block): string[] =>
    by === 'caregiver' ? [block.caregiverId ?? NOBODY] : block.elders.map(({ id }) => id)
  const own = new Map<string, Block[]>()
  for (const block of blocks) for (const id of idsOf(block)) own.set(id, [...(own.get(id) ?? []), block])
  return people.map(({ id, name }) => {
    const all = own.get(id) ?? []
    const counted = all.filter(({ state }) => !GONE.includes(state))
    return {
      id,
      name,
      days: days.map((day) => all.filter((block) => block.day === day)),
      count: counted.length,
      minutes: Math.round(counted.reduce((sum, { from, to }) => sum + (to - from) / 60_000, 0)),
      clashes: counted.filter(({ clash }) => clash).length,
    }
  })
}

const sorted = <T extends { name: string }>(people: readonly T[]): T[] =>
  people.toSorted((a, b) => a.name.localeCompare(b.name, 'zh-CN'))
