import type { MapCommunity, MapHome } from '@anju/api/map/schema'
import type { VisitNow } from '@anju/api/visit/now-schema'
import type { Alarm } from '../api/shapes.ts'
import { before } from '../alarm/order.ts'
import { type Box, within } from './box.ts'
import type { Found } from './pins.ts'

/** A community as the list says it: its alarms, then its homes. Without an id: what belongs to none. */
export type Group = {
  id: string | null
  name: string
  town: string
  homes: MapHome[]
  alarms: Alarm[]
  /** Under way. */
  visits: VisitNow[]
  /** Of the homes in this list; where they are too many to be told, as the platform counted them. */
  counts: { homes: number; residents: number }
}

type Told = {
  homes: readonly MapHome[]
  communities: readonly MapCommunity[]
  grouped: boolean
  alarms: readonly Alarm[]
  visits: readonly VisitNow[]
  placeOf: (alarm: Alarm) => Found | null
}

/** What the map shows, in words: by community, those with alarms first. `box`: only what lies in it. */
export function groupsOf({ homes, communities, grouped, alarms, visits, placeOf }: Told, box: Box | null): Group[] {
  const seen = box === null ? homes : homes.filter((home) => within(box, home))
  const heard = [...alarms].sort(before).filter((alarm) => {
    const found = placeOf(alarm)
    return box === null || (found !== null && within(box, found.at))
  })
  const byCommunity = Map.groupBy(seen, ({ area }) => area.id)
  const alarmsOf = Map.groupBy(heard, ({ area }) =>
    communities.some(({ id }) => id === area?.id) ? area?.id : undefined,
  )
  const known = (id: string): boolean => communities.some((community) => community.id === id)
  const visited = visits.filter(({ place }) => box === null || (place !== null && within(box, place)))
  const visitsOf = Map.groupBy(visited, ({ area }) => (known(area.id) ? area.id : undefined))
  const groups = communities.flatMap((community): Group[] => {
    const inside = byCommunity.get(community.id) ?? []
    const open = alarmsOf.get(community.id) ?? []
    const underWay = visitsOf.get(community.id) ?? []
    const counted = grouped && (box === null || within(box, community))
    if (inside.length === 0 && open.length === 0 && underWay.length === 0 && !counted) return []
    const counts = grouped
      ? { homes: community.homes, residents: community.residents }
      : { homes: inside.length, residents: inside.reduce((sum, home) => sum + living(home), 0) }
    const { id, name } = community
    const town = community.within?.name ?? ''
    return [{ id, name, town, homes: inside.sort(byNames), alarms: open, visits: underWay, counts }]
  })
  const elsewhere = alarmsOf.get(undefined) ?? []
  const visitsElsewhere = visitsOf.get(undefined) ?? []
  if (elsewhere.length > 0 || visitsElsewhere.length > 0) {
    const counts = { homes: 0, residents: 0 }
    groups.push({ id: null, name: '', town: '', homes: [], alarms: elsewhere, visits: visitsElsewhere, counts })
  }
  return groups.sort((a, b) => Number(b.alarms.length > 0) - Number(a.alarms.length > 0))
}

/** What the whole list holds; the same numbers stand above the list and can be counted on the map. */
export function sumOf(groups: readonly Group[]): {
  communities: number
  homes: number
  residents: number
  alarms: number
  visits: number
} {
  const sum = (each: (group: Group) => number): number => groups.reduce((total, group) => total + each(group), 0)
  return {
    communities: groups.filter(({ id, counts }) => id !== null && counts.homes > 0).length,
    homes: sum(({ counts }) => counts.homes),
    residents: sum(({ counts }) => counts.residents),
    alarms: sum(({ alarms }) => alarms.length),
    visits: sum(({ visits }) => visits.length),
  }
}

/** Living, also those away now. */
const living = ({ residents }: MapHome): number => residents.filter(({ state }) => state !== 'dead').length

/** By who lives there; homes where nobody does come last. */
const byNames = (a: MapHome, b: MapHome): number =>
  Number(living(a) === 0) - Number(living(b) === 0) ||
  namesOf(a).localeCompare(namesOf(b), 'zh') ||
  (a.id < b.id ? -1 : 1)

export const namesOf = ({ residents }: MapHome): string =>
  residents
    .filter(({ state }) => state !== 'dead')
    .map(({ name }) => name)
    .join('、')
