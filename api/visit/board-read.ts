import { opensFilesOnDuty } from '@anju/domain/access/role'
import type { Scope } from '@anju/domain/access/scope'
import { maskName } from '@anju/domain/elder/name'
import type { Prisma } from '@anju/prisma/generated/client'
import type { Db } from '@anju/prisma/reads'
import type { Board } from './office-schema.ts'
import { gradeOf, stateOf, visitsWithin } from './row.ts'

export interface BoardAsked {
  from: Date
  to: Date
  providerId: string | undefined
  areaId: string | undefined
}

/** A week of a large provider; beyond it the page is asked to be narrowed. */
const MAX_VISITS = 3000

const person = { select: { id: true, name: true } }
const select = {
  id: true,
  elder: { select: { id: true, name: true, homeId: true } },
  home: { select: { id: true, address: true, lon: true, lat: true, area: person } },
  provider: person,
  caregiver: { select: { id: true, name: true, providerId: true } },
  planId: true,
  jointId: true,
  plannedFrom: true,
  plannedTo: true,
  state: true,
  inQuestion: true,
  confirmedAt: true,
  beginGrade: true,
  endGrade: true,
  services: { select: { service: { select: { name: true } } }, orderBy: { service: { code: 'asc' } } },
  version: true,
} satisfies Prisma.VisitSelect

/**
 * Everything a week's board draws, each person and home once. Whoever may not open files on duty reads no full name, and
 * not where she lives.
 */
export async function readBoard(scope: Scope, db: Db, asked: BoardAsked): Promise<Omit<Board, 'asOf'>> {
  const { from, to, areaId } = asked
  const providerId = scope.providerId ?? asked.providerId
  const area = areaId === undefined ? null : await db.area.findFirst({ where: { id: areaId }, select: { path: true } })
  const rows = await db.visit.findMany({
    where: {
      AND: [visitsWithin(scope), ...(areaId === undefined ? [] : [{ areaPath: { startsWith: area?.path ?? '?' } }])],
      plannedFrom: { lt: to },
      plannedTo: { gt: from },
      ...(providerId !== undefined && { providerId }),
    },
    select,
    orderBy: [{ plannedFrom: 'asc' }, { id: 'asc' }],
    take: MAX_VISITS + 1,
  })
  const staff =
    providerId === undefined || scope.role === 'caregiver'
      ? []
      : await db.caregiver.findMany({
          where: {
            providerId,
            leftAt: null,
            // a provider works for areas at or below its own
            provider: {
              area: { OR: [{ path: { startsWith: scope.areaPath } }, { visits: { some: visitsWithin(scope) } }] },
            },
          },
          select: { id: true, name: true, providerId: true },
        })
  const named = opensFilesOnDuty(scope.role)
  const shown = rows.slice(0, MAX_VISITS)
  return {
    visits: shown.map(({ id, elder, home, provider, caregiver, services, confirmedAt, ...row }) => ({
      ...row,
      id,
      elderId: elder.id,
      homeId: home.id,
      providerId: provider.id,
      caregiverId: caregiver?.id ?? null,
      plannedFrom: row.plannedFrom.toISOString(),
      plannedTo: row.plannedTo.toISOString(),
      state: stateOf(row.state),
      confirmed: confirmedAt !== null,
      beginGrade: gradeOf(row.beginGrade),
      endGrade: gradeOf(row.endGrade),
      services: services.map(({ service }) => service.name),
    })),
    elders: once(shown.map(({ elder }) => (named ? elder : { ...elder, name: maskName(elder.name) }))),
    homes: once(shown.map(({ home }) => home)).map(({ id, address, lon, lat, area: { id: areaId, name } }) => ({
      id,
      address: named ? address : '',
      areaId,
      areaName: name,
      lon: named ? lon : null,
      lat: named ? lat : null,
    })),
    caregivers: once([...staff, ...shown.flatMap(({ caregiver }) => caregiver ?? [])]),
    providers: once(shown.map(({ provider }) => provider)),
    more: rows.length > MAX_VISITS,
  }
}

const once = <T extends { id: string }>(all: readonly T[]): T[] => [
  ...new Map(all.map((one) => [one.id, one])).values(),
]
