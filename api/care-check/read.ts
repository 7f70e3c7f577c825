import { opensFilesOnDuty } from '@anju/domain/access/role'
import type { Scope } from '@anju/domain/access/scope'
import { CARE_CHANNELS, CARE_RESULTS, keyReasons } from '@anju/domain/care-check/due'
import { Refusal } from '@anju/domain/error'
import type { Prisma } from '@anju/prisma/generated/client'
import type { Db } from '@anju/prisma/reads'
import { ageOf } from '../day.ts'
import { readOutages } from '../device/outage-read.ts'
import { after, type Mark, type Page, pageOf } from '../page.ts'
import type { CareCheck, DarkVillage } from './schema.ts'

const person = { select: { id: true, name: true } }
const include = {
  elder: person,
  user: person,
  correctedBy: { select: { id: true } },
} satisfies Prisma.CareCheckInclude

const within = (scope: Scope) => ({ elder: { home: { area: { path: { startsWith: scope.areaPath } } } } })

/** Care checks by when somebody looked, newest first; corrected ones among them. */
export async function readChecks(
  scope: Scope,
  db: Db,
  { elderId, mark, limit }: { elderId: string | undefined; mark: Mark | undefined; limit: number },
): Promise<Page<CareCheck>> {
  const rows = await db.careCheck.findMany({
    where: { ...within(scope), ...(elderId !== undefined && { elderId }), ...after('at', mark) },
    include,
    orderBy: [{ at: 'desc' }, { id: 'desc' }],
    take: limit + 1,
  })
  return pageOf(
    rows,
    limit,
    (row) => row,
    (row) => toCheck(scope, row),
  )
}

/** Refuses `not-found` outside the scope. */
export async function readCheck(scope: Scope, db: Db, id: string): Promise<CareCheck> {
  const row = await db.careCheck.findFirst({ where: { id, ...within(scope) }, include })
  if (!row) throw new Refusal('not-found')
  return toCheck(scope, row)
}

/** What was found is told to those whose daily work it is. */
function toCheck(scope: Scope, row: Prisma.CareCheckGetPayload<{ include: typeof include }>): CareCheck {
  return {
    id: row.id,
    elder: row.elder,
    at: row.at.toISOString(),
    channel: CARE_CHANNELS.find((one) => one === row.channel) ?? 'phone',
    result: CARE_RESULTS.find((one) => one === row.result) ?? 'not-reached',
    note: opensFilesOnDuty(scope.role) ? row.note : '',
    user: row.user,
    enteredAt: row.enteredAt.toISOString(),
    corrects: row.correctsId,
    correctedBy: row.correctedBy[0]?.id ?? null,
  }
}

/** One person walks to no more homes in a night; the rest are counted. */
const KEY_SHOWN = 60

interface InTheDark {
  id: string
  areaId: string
  name: string
  bornOn: Date | null
  phone: string
  address: string
  landmark: string
  conditions: string
  alone: boolean
  checkedAt: Date | null
}

/** Villages whose devices fell silent together, each with whom somebody must see in person. */
export async function readDarkVillages(scope: Scope, db: Db, now: Date): Promise<DarkVillage[]> {
  const dark = (await readOutages(scope, db, now)).filter((outage) => outage.dark)
  if (dark.length === 0) return []
  const areas = await db.area.findMany({
    where: { id: { in: dark.map(({ area }) => area.id) } },
    select: { id: true, timeZone: true },
  })
  const zones = new Map(areas.map(({ id, timeZone }) => [id, timeZone]))
  const rows = await db.$queryRaw<InTheDark[]>`
    select elder.id::text, home.area_id::text as "areaId", elder.name, elder.born_on as "bornOn", elder.phone,
           home.address, home.landmark, elder.conditions, elder.care_checked_at as "checkedAt",
           count(*) over (partition by home.id) = 1 as alone
    from home join elder on elder.home_id = home.id
    where home.area_id = any(${areas.map(({ id }) => id)}::uuid[]) and elder.died_on is null
      and elder.merged_into is null and not exists (
        select from absence where absence.elder_id = elder.id and absence.away_from <= ${now}::timestamptz
          and (absence.away_to is null or absence.away_to > ${now}::timestamptz))`
  return dark.map(({ area, town, since }) => {
    const key = rows
      .filter(({ areaId }) => areaId === area.id)
      .map((row) =>
        toKey(opensFilesOnDuty(scope.role) ? row : { ...row, conditions: '' }, {
          zone: zones.get(area.id) ?? 'Asia/Shanghai',
          since: new Date(since),
          now,
        }),
      )
      .filter((elder) => elder.key.length > 0)
      .sort(
        (a, b) =>
          Number(a.seenAt !== null) - Number(b.seenAt !== null) ||
          b.key.length - a.key.length ||
          (b.age ?? 0) - (a.age ?? 0) ||
          (a.id < b.id ? -1 : 1),
      )
    return { area, town, since, elders: key.slice(0, KEY_SHOWN), more: Math.max(0, key.length - KEY_SHOWN) }
  })
}

function toKey(row: InTheDark, { zone, since, now }: { zone: string; since: Date; now: Date }) {
  const { id, name, phone, address, landmark, conditions, checkedAt } = row
  const age = ageOf(row.bornOn, zone, now)
  const seenAt = checkedAt !== null && checkedAt >= since ? checkedAt.toISOString() : null
  const key = keyReasons({ livesAlone: row.alone, age, conditions })
  return { id, name, age, phone, address, landmark, conditions, key, seenAt }
}
