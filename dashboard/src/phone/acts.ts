import type { VisitOutcome, VisitPart } from '@anju/domain/visit/kinds'
import { newKey } from '../api/request.ts'
import type { Saying } from './asking.ts'
import { outbox } from './outbox.svelte.ts'
import { type NoPosition, type Position, withPosition } from './position.ts'
import type { Fact } from './queue.ts'

const of = (visitId: string): string => `/api/visits/${visitId}`
type Said = Promise<Fact | null>

/** What a caregiver says, each as one fact that is kept at once and sent when it can be. */
export const answerVisit = (visitId: string, accepts: boolean, reason = ''): Said =>
  outbox.say({
    kind: 'answer',
    visitId,
    path: `${of(visitId)}/answer`,
    body: { accepts, ...(reason !== '' && { reason }) },
  })

export const setOut = (visitId: string): Said =>
  outbox.say({ kind: 'set-out', visitId, path: `${of(visitId)}/set-out`, body: {} })

export interface Presence {
  visitId: string | null
  part: VisitPart | null
  way: 'tag' | 'typed'
  url?: string
  reasonCode?: string
  note?: string
  position?: Position
  noPosition?: NoPosition
}

export function sayPresence({ visitId, part, note, ...rest }: Presence, at = new Date()): Said {
  const { url } = rest
  const body = {
    ...rest,
    ...(part !== null && { part }),
    ...(visitId !== null && { visitId }),
    ...(note !== undefined && note !== '' && { note }),
  }
  const fact = {
    kind: 'presence',
    visitId,
    path: '/api/presences',
    body,
    ...(url !== undefined && { same: url }),
  } as const
  return outbox.say(fact, at)
}

export const sayService = (visitId: string, id: string, done: boolean, conditions: Saying = {}): Said =>
  outbox.say({
    kind: 'services',
    visitId,
    path: `${of(visitId)}/services`,
    body: { services: [{ id, done, conditions }] },
  })

export const sayReading = (visitId: string, reading: Record<string, unknown>): Said =>
  outbox.say({
    kind: 'reading',
    visitId,
    path: `${of(visitId)}/readings`,
    body: { reading: { id: newKey(), ...reading } },
  })

/** A picture with where and when it was taken, both as the phone says. */
export async function sayFile(
  visitId: string,
  file: { kind: 'photo' | 'signature'; data: string; serviceId?: string; look?: string },
): Said {
  const takenAt = new Date().toISOString()
  // where a signature was given is where the visit is
  const found = file.kind === 'photo' ? await withPosition() : {}
  const where = 'position' in found ? found : {}
  const { kind, serviceId } = file
  const fact = { kind, visitId, path: `${of(visitId)}/files`, body: { ...file, takenAt, ...where } }
  return outbox.say({ ...fact, ...(serviceId !== undefined && { same: serviceId }) })
}

export const turnAway = (visitId: string, outcome: VisitOutcome, said: string): Said =>
  outbox.say({ kind: 'turn-away', visitId, path: `${of(visitId)}/turn-away`, body: { outcome, said } })

export interface Evaluation {
  face: 'good' | 'fair' | 'bad'
  said: string
  signed: { how: 'signature' | 'thumb' | 'cannot'; by: string; witness: string }
  propertyChecked: boolean
}
export const evaluate = (visitId: string, evaluation: Evaluation, fileFrom: string | null): Said =>
  outbox.say({
    kind: 'evaluation',
    visitId,
    path: `${of(visitId)}/evaluation`,
    body: { ...evaluation },
    ...(fileFrom !== null && { fileFrom }),
  })

export const sayNote = (visitId: string, text: string): Said =>
  outbox.say({ kind: 'note', visitId, path: `${of(visitId)}/notes`, body: { text } })

/** How it was, in the caregiver's own words, where a rule found something. */
export const sayDispute = ({ id, version }: { id: string; version: number }, text: string): Said =>
  outbox.say({
    kind: 'dispute',
    visitId: null,
    path: `/api/visit-exceptions/${id}/dispute`,
    body: { version, text },
    same: id,
  })

export const answerErrand = (stepId: string, accepts: boolean): Said =>
  outbox.say({ kind: 'errand', visitId: null, path: `/api/errands/${stepId}/answer`, body: { accepts } })
