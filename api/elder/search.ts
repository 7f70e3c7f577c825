import type { Scope } from '@anju/domain/access/scope'
import { opensFilesOnDuty } from '@anju/domain/access/role'
import { maskName } from '@anju/domain/elder/name'
import type { ElderState } from '@anju/domain/elder/state'
import { Refusal } from '@anju/domain/error'
import type { Db } from '@anju/prisma/reads'
import type { Page } from '../page.ts'
import { findPeople, type Hit } from './found.ts'
import { toElder } from './row.ts'
import { matchKinds, type FoundElder } from './schema.ts'
import { type AreaPlace, choicesOf, type Way, waysOf } from './words.ts'

export interface Search {
  search: string
  /** Only there, and in what lies below. */
  areaId?: string | undefined
  /** Without it: everybody but merged entries. */
  state?: ElderState | undefined
  cursor?: string | undefined
  limit: number
  now: Date
}

/**
 * Elders by name, pinyin, initials, number or place; each word must fit. Without words: newest first. A page is a walk
 * along an index, however many fit. Refuses `not-found` for an area outside the scope, and `invalid-cursor`.
 */
export async function readElders(scope: Scope, db: Db, asked: Search): Promise<Page<FoundElder>> {
  const { limit, now, state } = asked
  const areas = await readAreas(scope, db)
  const only = asked.areaId === undefined ? undefined : areas.find((area) => area.id === asked.areaId)
  if (asked.areaId !== undefined && only === undefined) throw new Refusal('not-found')
  const areaIds = areas.filter(({ path }) => path.startsWith(only?.path ?? '/')).map(({ id }) => id)
  const ways = waysOf(asked.search, areas)
  const mark = markOf(asked.cursor)
  const hits: (Hit & { choice: number })[] = []
  for (const [choice, picked] of (ways === null ? [[]] : choicesOf(ways)).entries()) {
    if (choice < mark.choice || hits.length > limit) continue
    const after = choice === mark.choice ? mark.after : undefined
    const wanted = { ...wantedOf(ways ?? [], picked, areaIds), state, now }
    if (wanted.terms.length === 0 && after && Number.isNaN(Date.parse(after.place))) throw new Refusal('invalid-cursor')
    const found = await findPeople(db, wanted, { after, take: limit + 1 - hits.length })
    const matched = ways === null ? null : 'area'
    hits.push(...found.map((hit) => ({ ...hit, matched: hit.matched ?? matched, choice })))
  }
  const kept = hits.slice(0, limit)
  const last = kept.at(-1)
  const next = hits.length > limit && last ? cursorOf(last) : null
  return { items: kept.map((hit) => told(scope, toFound(hit, now))), next }
}

/** People who fit each word in the way picked for it, and in none before. */
function wantedOf(ways: readonly Way[][], picked: readonly number[], areaIds: readonly string[]) {
  const chosen = picked.flatMap((at, word) => ways[word]?.[at] ?? [])
  const before = picked.flatMap((at, word) => ways[word]?.slice(0, at) ?? [])
  const places = chosen.flatMap((way) => (way.kind === 'area' ? [new Set(way.areaIds)] : []))
  return {
    areaIds: areaIds.filter((id) => places.every((ids) => ids.has(id))),
    terms: chosen.flatMap((way) => (way.kind === 'term' ? [way.range] : [])),
    not: before.flatMap((way) => (way.kind === 'term' ? [way.range] : [])),
  }
}

/** As one value: a county's thousand rows take longer to be unpacked than to be read. */
async function readAreas(scope: Scope, db: Db): Promise<AreaPlace[]> {
  const [row] = await db.$queryRaw<{ ids: string[]; paths: string[]; names: string[] }[]>`
    select coalesce(array_agg(id::text), '{}') as ids, coalesce(array_agg(path), '{}') as paths,
           coalesce(array_agg(name), '{}') as names
    from area where starts_with(path, ${scope.areaPath})`
  const { ids = [], paths = [], names = [] } = row ?? {}
  return ids.map((id, i) => ({ id, path: paths[i] ?? '', name: names[i] ?? '' }))
}

/** Who somebody is stands in the file, which outside one’s duty is opened for a reason (promise 10). */
function told(scope: Scope, elder: FoundElder): FoundElder {
  return opensFilesOnDuty(scope.role) ? elder : { ...elder, name: maskName(elder.name), phone: '' }
}

function toFound(hit: Hit, now: Date): FoundElder {
  return { ...toElder(hit, now), matched: matchKinds.find((kind) => kind === hit.matched) ?? null }
}

function cursorOf(hit: Hit & { choice: number }): string {
  return Buffer.from(JSON.stringify([hit.choice, hit.place, hit.id])).toString('base64url')
}

/** Refuses `invalid-cursor`. */
function markOf(cursor: string | undefined): { choice: number; after?: { place: string; id: string } } {
  if (cursor === undefined || cursor === '') return { choice: 0 }
  const [choice, place, id, ...rest] = parse(cursor)
  const isOurs = typeof choice === 'number' && Number.isInteger(choice) && rest.length === 0
  if (isOurs && typeof place === 'string' && typeof id === 'string' && uuid.test(id)) {
    return { choice, after: { place, id } }
  }
  throw new Refusal('invalid-cursor')
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

function parse(cursor: string): unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
    return Array.isArray(value) ? value : []
  } catch {
    return []
  }
}
