import { opensFilesOnDuty } from '@anju/domain/access/role'
import type { Scope } from '@anju/domain/access/scope'
import { maskName } from '@anju/domain/elder/name'
import { CONDITION_KINDS, required, SUBSTITUTES } from '@anju/domain/visit/condition'
import { GRADES, isVisitState, VISIT_OUTCOMES, type VisitState } from '@anju/domain/visit/kinds'
import type { Prisma } from '@anju/prisma/generated/client'
import type { VisitRow } from './schema.ts'

const person = { select: { id: true, name: true } }
export const include = {
  area: person,
  elder: { select: { id: true, name: true, understands: true, withoutFamily: true } },
  home: { select: { id: true, address: true, landmark: true } },
  provider: person,
  caregiver: person,
  services: { include: { service: true }, orderBy: { service: { code: 'asc' } } },
  _count: { select: { exceptions: { where: { state: { in: ['open', 'investigating'] } } } } },
} satisfies Prisma.VisitInclude
export type Row = Prisma.VisitGetPayload<{ include: typeof include }>

/** Whose visits these are: the area's; of a provider's own user the provider's; of a caregiver their own. */
export function visitsWithin(scope: Scope): Prisma.VisitWhereInput {
  return {
    areaPath: { startsWith: scope.areaPath },
    drill: false,
    ...(scope.providerId !== null && { providerId: scope.providerId }),
    ...(scope.role === 'caregiver' && { caregiver: { users: { some: { id: scope.userId ?? '' } } } }),
  }
}

export const gradeOf = (text: string | null) => GRADES.find((grade) => grade === text) ?? null
export const stateOf = (text: string): VisitState => {
  if (!isVisitState(text)) throw new Error(`not a state of a visit: ${text}`)
  return text
}

/** Whoever may not open files on duty reads no full name, and not where she lives. */
export function toVisit(scope: Scope, row: Row): VisitRow {
  const named = opensFilesOnDuty(scope.role)
  const { elder, home } = row
  const { id, name } = elder
  return {
    id: row.id,
    elder: { id, name: named ? name : maskName(name) },
    home: named ? home : { id: home.id, address: '', landmark: '' },
    area: row.area,
    provider: row.provider,
    caregiver: row.caregiver,
    planId: row.planId,
    jointId: row.jointId,
    plannedFrom: row.plannedFrom.toISOString(),
    plannedTo: row.plannedTo.toISOString(),
    state: stateOf(row.state),
    outcome: VISIT_OUTCOMES.find((outcome) => outcome === row.outcome) ?? null,
    inQuestion: row.inQuestion,
    confirmedAt: row.confirmedAt?.toISOString() ?? null,
    beganAt: row.beganAt?.toISOString() ?? null,
    leftAt: row.leftAt?.toISOString() ?? null,
    minutes: row.minutes,
    beginGrade: gradeOf(row.beginGrade),
    endGrade: gradeOf(row.endGrade),
    verified: row.verified,
    openExceptions: row._count.exceptions,
    services: row.services.map(({ service, planned, doneAt, conditions }) => ({
      id: service.id,
      code: service.code,
      name: service.name,
      category: service.category,
      conditions: service.conditions,
      required: requiredOf(service, elder),
      photos: service.photos,
      planned,
      doneAt: doneAt?.toISOString() ?? null,
      said: objectOf(conditions),
    })),
    version: row.version,
  }
}

/** A service's conditions for this elder, as the file and the catalogue stand. */
function requiredOf(service: Row['services'][number]['service'], elder: Row['elder']) {
  return required(
    {
      conditions: CONDITION_KINDS.filter((kind) => service.conditions.includes(kind)),
      familySubstitute: SUBSTITUTES.find((each) => each === service.familySubstitute) ?? null,
    },
    elder,
  )
}

export function objectOf(json: Prisma.JsonValue): Record<string, unknown> {
  return json !== null && typeof json === 'object' && !Array.isArray(json) ? json : {}
}
