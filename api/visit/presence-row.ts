import { opensFilesOnDuty } from '@anju/domain/access/role'
import type { Scope } from '@anju/domain/access/scope'
import { GRADES, PRESENCE_WAYS, VISIT_PARTS } from '@anju/domain/visit/kinds'
import type { Prisma } from '@anju/prisma/generated/client'
import { objectOf } from './row.ts'
import type { VisitPresence } from './schema.ts'

const person = { select: { id: true, name: true } }
export const presenceInclude = { caregiver: person, user: person, approvedBy: person } satisfies Prisma.PresenceInclude
type Row = Prisma.PresenceGetPayload<{ include: typeof presenceInclude }>

/** One end of a visit as it was said, with its grade and the raw facts beneath. */
export function toPresence(scope: Scope, row: Row): VisitPresence {
  const reasons = Array.isArray(row.reasons) ? row.reasons : []
  return {
    id: row.id,
    part: VISIT_PARTS.find((part) => part === row.part) ?? null,
    way: PRESENCE_WAYS.find((way) => way === row.way) ?? 'typed',
    at: row.at.toISOString(),
    deviceAt: row.deviceAt?.toISOString() ?? null,
    receivedAt: row.receivedAt.toISOString(),
    caregiver: row.caregiver,
    homeId: row.homeId,
    uid: row.uid,
    counter: row.counter,
    deviceId: row.deviceId,
    grade: GRADES.find((grade) => grade === row.grade) ?? null,
    inQuestion: row.inQuestion,
    reasons: reasons.map(objectOf).map((reason) => ({
      ...reason,
      code: text(reason['code']) ?? '',
      effect: text(reason['effect']) ?? '',
    })),
    reasonCode: row.reasonCode,
    note: row.note,
    user: row.user,
    approvedBy: row.approvedBy,
    approvedAt: row.approvedAt?.toISOString() ?? null,
    exceptionId: row.exceptionId,
    raw: rawOf(scope, row),
  }
}

/** A position says where she lives: whoever may not read her address does not read it either. */
function rawOf(scope: Scope, { message, position, verification }: Row): VisitPresence['raw'] {
  const { facts, rule, version } = objectOf(verification)
  const code = at(facts, 'tap', 'code')
  return {
    message: message === null ? null : new TextDecoder().decode(message),
    code: isRecord(code)
      ? { verified: code['ok'] === true, why: text(code['code']), tamper: tamperOf(code['tamper']) }
      : null,
    position: opensFilesOnDuty(scope.role) ? positionOf(position) : null,
    rule: text(rule),
    ruleVersion: number(version),
  }
}

function positionOf(json: Prisma.JsonValue): VisitPresence['raw']['position'] {
  const { lon, lat, system, accuracyM } = objectOf(json)
  if (typeof lon !== 'number' || typeof lat !== 'number') return null
  return { lon, lat, system: text(system) ?? 'unknown', accuracyM: number(accuracyM) }
}

const tamperOf = (tamper: unknown): { ever: string; now: string } | null =>
  isRecord(tamper) ? { ever: text(tamper['ever']) ?? '', now: text(tamper['now']) ?? '' } : null

const isRecord = (value: unknown): value is Record<string, unknown> => value !== null && typeof value === 'object'
const at = (value: unknown, ...names: string[]): unknown =>
  names.reduce((inside, name) => (isRecord(inside) ? inside[name] : undefined), value)
const text = (value: unknown): string | null => (typeof value === 'string' ? value : null)
const number = (value: unknown): number | null => (typeof value === 'number' ? value : null)
