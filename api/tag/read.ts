import { may, opensFilesOnDuty } from '@anju/domain/access/role'
import type { Scope } from '@anju/domain/access/scope'
import { Refusal } from '@anju/domain/error'
import { tagKinds } from '@anju/domain/proof/our-tags'
import { cannotConfirm, replacedWhy } from '@anju/domain/proof/replacement'
import { type TagState, tagState } from '@anju/domain/proof/tag-state'
import type { Prisma } from '@anju/prisma/generated/client'
import type { Db } from '@anju/prisma/reads'
import { shortOf } from '@anju/prisma/tag/area-key'
import { after, type Mark, type Page, pageOf } from '../page.ts'
import { wireOf } from '../presence/desk-read.ts'
import { gradeOf, objectOf } from '../visit/row.ts'
import type { AreaKey, Tag } from './schema.ts'

const named = { select: { id: true, name: true } }
const include = {
  home: { select: { id: true, address: true, area: named } },
  caregiver: { select: { id: true, name: true, provider: { select: { area: named } } } },
  madeBy: named,
  keysShownBy: named,
  checkedBy: named,
  replaces: { select: { id: true, uid: true } },
  replacedBy: { select: { id: true, uid: true }, orderBy: { createdAt: 'desc' }, take: 1 },
  presences: {
    select: { receivedAt: true, grade: true, verification: true },
    orderBy: { receivedAt: 'desc' },
    take: 1,
  },
} satisfies Prisma.TagInclude

/** Of a provider's own user its caregivers' badges alone: doors are the homes'. */
function tagsWithin(scope: Scope): Prisma.TagWhereInput {
  const area = { path: { startsWith: scope.areaPath } }
  if (scope.providerId !== null) return { caregiver: { provider: { id: scope.providerId, area } } }
  return { OR: [{ home: { area } }, { caregiver: { provider: { area } } }] }
}

const awaiting = { replacesId: { not: null }, checkedById: null } satisfies Prisma.TagWhereInput
const settled: Prisma.TagWhereInput = { OR: [{ replacesId: null }, { checkedById: { not: null } }], revokedAt: null }
/** As `tagState` says it, for a list that the database narrows. */
const STANDING: Record<TagState, Prisma.TagWhereInput> = {
  withdrawn: { revokedAt: { not: null } },
  'waits-for-second': { ...awaiting, revokedAt: null },
  'number-only': { ...settled, areaKeyId: null },
  'to-write': { ...settled, areaKeyId: { not: null }, writtenAt: null },
  'in-use': { ...settled, areaKeyId: { not: null }, writtenAt: { not: null } },
}

export interface TagsAsked {
  areaPath: string | null
  kind: 'door' | 'badge' | undefined
  state: TagState | 'all' | undefined
  search: string
  mark: Mark | undefined
  limit: number
}

/** Tags at doors and on caregivers, the newest first; without a state asked for those that are not withdrawn. */
export async function readTags(scope: Scope, db: Db, asked: TagsAsked): Promise<Page<Tag>> {
  const { areaPath, kind, state, search, mark, limit } = asked
  const area = { path: { startsWith: areaPath ?? '' } }
  const around = areaPath === null ? {} : { OR: [{ home: { area } }, { caregiver: { provider: { area } } }] }
  const standing = state === undefined ? { revokedAt: null } : state === 'all' ? {} : STANDING[state]
  const rows = await db.tag.findMany({
    where: {
      AND: [
        tagsWithin(scope),
        around,
        standing,
        kind ? { kind } : {},
        search === '' ? {} : matches(scope, search),
        after('createdAt', mark),
      ],
    },
    include,
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
    take: limit + 1,
  })
  const markOf = ({ createdAt, id }: Row): Mark => ({ at: createdAt, id })
  return pageOf(rows, limit, markOf, (row) => toTag(scope, row))
}

function matches(scope: Scope, search: string): Prisma.TagWhereInput {
  const contains = { contains: search, mode: 'insensitive' } as const
  // whoever reads no addresses finds nothing by them either
  const byAddress = opensFilesOnDuty(scope.role) ? [{ home: { address: contains } }] : []
  return {
    OR: [
      { uid: { contains: search.replace(/[\s:.-]/g, '').toUpperCase() } },
      { caregiver: { name: contains } },
      ...byAddress,
    ],
  }
}

/** Refuses `not-found` outside the scope. */
export async function readTag(scope: Scope, db: Db, id: string): Promise<Tag> {
  const row = await db.tag.findFirst({ where: { AND: [tagsWithin(scope), { id }] }, include })
  if (!row) throw new Refusal('not-found')
  return toTag(scope, row)
}

type Row = Prisma.TagGetPayload<{ include: typeof include }>

function toTag(scope: Scope, row: Row): Tag {
  const { id, uid, label, home, caregiver, counter, replaces, replacedWhy: why } = row
  const [last] = row.presences
  const kind = row.kind === 'badge' ? 'badge' : 'door'
  const own = home?.area ?? caregiver?.provider.area
  if (!own) throw new Error(`a tag of nobody: ${id}`)
  const state = tagState({
    ...row,
    keyed: row.areaKeyId !== null,
    tapped: row.writtenAt !== null,
    withdrawn: row.revokedAt !== null,
  })
  return {
    id,
    uid,
    kind,
    label,
    state,
    home: home && { id: home.id, address: opensFilesOnDuty(scope.role) ? home.address : '' },
    caregiver: caregiver && { id: caregiver.id, name: caregiver.name },
    area: own,
    template: tagKinds.find((one) => one === objectOf(row.sun)['kind']) ?? null,
    counter,
    createdAt: row.createdAt.toISOString(),
    madeBy: row.madeBy,
    keysShownAt: row.keysShownAt?.toISOString() ?? null,
    keysShownBy: row.keysShownBy,
    firstTapAt: row.writtenAt?.toISOString() ?? null,
    lastTapAt: last?.receivedAt.toISOString() ?? null,
    lastGrade: gradeOf(last?.grade ?? null),
    wire: last ? wireOf(last.verification) : null,
    revokedAt: row.revokedAt?.toISOString() ?? null,
    replaces: replaces && { ...replaces, why: replacedWhy.find((one) => one === why) ?? 'other', note: row.note },
    checkedBy: row.checkedBy,
    checkedAt: row.checkedAt?.toISOString() ?? null,
    replacedBy: row.replacedBy[0] ?? null,
    can: mayDo(scope, row, kind),
  }
}

function mayDo({ role, userId }: Scope, row: Row, kind: Tag['kind']): Tag['can'] {
  const hangs = row.revokedAt === null
  const door = hangs && kind === 'door' && may(role, 'change-elder')
  return {
    write: hangs && may(role, 'manage-tags') && row.keysShownAt === null && row.uid.length === 14,
    replace: door,
    confirm: door && userId !== null && cannotConfirm(row, userId) === null,
    withdraw: door || (hangs && kind === 'badge' && may(role, 'manage-caregivers')),
  }
}

/** The keys of the scope's areas, those in force first; their bytes are never read here. */
export async function readAreaKeys(scope: Scope, db: Db): Promise<AreaKey[]> {
  const rows = await db.areaKey.findMany({
    where: { area: { path: { startsWith: scope.areaPath } } },
    select: {
      id: true,
      area: named,
      madeAt: true,
      madeBy: named,
      retiredAt: true,
      _count: { select: { tags: { where: { revokedAt: null } } } },
    },
    orderBy: [{ madeAt: 'desc' }, { id: 'desc' }],
  })
  return rows
    .map(({ id, area, madeAt, madeBy, retiredAt, _count }) => ({
      id,
      short: shortOf(id),
      area,
      madeAt: madeAt.toISOString(),
      madeBy,
      retiredAt: retiredAt?.toISOString() ?? null,
      tags: _count.tags,
    }))
    .toSorted((a, b) => Number(a.retiredAt !== null) - Number(b.retiredAt !== null))
}
