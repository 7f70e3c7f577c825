import type { VisitRow } from '@anju/api/visit/schema'
import type { Fact } from './queue.ts'

/** A visit as this phone shows it: what the platform said last, and over it what was said here and is not sent. */
export interface Seen extends VisitRow {
  /** An end that stands in this phone alone. */
  unsentBegin: boolean
  unsentEnd: boolean
}

export function asSeen(visit: VisitRow, facts: readonly Fact[]): Seen {
  const begun: Seen = { ...visit, unsentBegin: false, unsentEnd: false }
  return facts
    .filter(({ visitId, state }) => visitId === visit.id && state === 'waiting')
    .toSorted((one, other) => one.n - other.n)
    .reduce(over, begun)
}

function over(seen: Seen, { kind, body, madeAt }: Fact): Seen {
  switch (kind) {
    case 'answer':
      return body['accepts'] === true ? { ...seen, state: 'accepted' } : { ...seen, state: 'planned', caregiver: null }
    case 'set-out':
      return { ...seen, state: 'on-the-way' }
    case 'presence':
      // without a part it may be neither, until the platform has looked at it
      if (body['part'] === 'begin') return { ...seen, state: 'in-service', beganAt: madeAt, unsentBegin: true }
      if (body['part'] === 'end') return { ...seen, state: 'left', leftAt: madeAt, unsentEnd: true }
      return seen
    case 'services':
      return { ...seen, services: ticked(seen.services, body['services'], madeAt) }
    case 'turn-away':
      return { ...seen, state: 'refused' }
    case 'evaluation':
      return { ...seen, state: 'evaluated' }
    case 'reading':
    case 'photo':
    case 'signature':
    case 'note':
    case 'distress':
    case 'errand':
    case 'dispute':
      return seen
  }
}

function ticked(services: VisitRow['services'], said: unknown, at: string): VisitRow['services'] {
  const given: unknown[] = Array.isArray(said) ? said : []
  return services.map((service) => {
    const tick = given.find((each): each is { done?: unknown } => idOf(each) === service.id)
    return tick === undefined ? service : { ...service, doneAt: tick.done === true ? (service.doneAt ?? at) : null }
  })
}

const idOf = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && 'id' in value ? value.id : undefined

/** What a visit asks of its caregiver now. */
export type Stage = 'answer' | 'set-out' | 'arrive' | 'serve' | 'evaluate' | 'done' | 'turned-away' | 'gone'

export function stageOf({ state, caregiver }: Pick<Seen, 'state' | 'caregiver'>): Stage {
  if (caregiver === null || state === 'planned' || state === 'cancelled') return 'gone'
  switch (state) {
    case 'assigned':
      return 'answer'
    case 'accepted':
      return 'set-out'
    case 'on-the-way':
    case 'missed': // somebody may still come
      return 'arrive'
    case 'in-service':
      return 'serve'
    case 'left':
      return 'evaluate'
    case 'evaluated':
    case 'called-back':
    case 'ready':
      return 'done'
    case 'refused':
      return 'turned-away'
  }
}

/** The visit that is worked at, or comes next: the day's line shows it large. */
export function nextOf<V extends Pick<Seen, 'state' | 'caregiver' | 'plannedFrom'>>(visits: readonly V[]): V | null {
  const open = visits.filter((visit) => !['done', 'turned-away', 'gone'].includes(stageOf(visit)))
  const begun = open.find(({ state }) => ['on-the-way', 'in-service', 'left'].includes(state))
  return begun ?? open.find(({ state }) => state !== 'missed') ?? null
}

/**
 * Which visit a tag just read may belong to, as far as this phone knows: the platform finds it by the tag itself. The
 * end of one is asked first: a tag is also read by mistake.
 */
export function tapMeans(visits: readonly Seen[]): { visit: Seen | null; part: 'begin' | 'end' | null } {
  const inside = visits.filter(({ state }) => state === 'in-service')
  const [here] = inside
  if (here && inside.length === 1) return { visit: here, part: 'end' }
  const coming = visits.filter(({ state }) => state === 'on-the-way')
  const [only] = coming
  return only && coming.length === 1 ? { visit: only, part: 'begin' } : { visit: null, part: null }
}
