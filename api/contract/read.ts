import { covers, type Scope } from '@anju/domain/access/scope'
import { todayIn } from '@anju/domain/elder/day'
import { Refusal } from '@anju/domain/error'
import { Prisma } from '@anju/prisma/generated/client'
import type { Db } from '@anju/prisma/reads'
import type { ContractRow } from './schema.ts'

interface Found {
  id: string
  providerId: string
  providerName: string
  areaId: string
  areaName: string
  areaPath: string
  timeZone: string
  number: string
  validFrom: string
  validTo: string | null
  note: string
  endedAt: Date | null
  version: number
}

/** No provider has more; older ones are found in the history. */
const AT_MOST = 500

/** Contracts of the scope's area and of those above it, the latest first; of a provider's own user theirs alone. */
export async function readContracts(
  scope: Scope,
  db: Db,
  { providerId, now }: { providerId: string | undefined; now: Date },
): Promise<ContractRow[]> {
  const of = providerId === undefined ? Prisma.sql`true` : Prisma.sql`contract.provider_id = ${providerId}::uuid`
  return (await find(scope, db, of)).map((row) => toContract(scope, row, now))
}

/** One contract. Refuses `not-found` outside the scope. */
export async function readContract(scope: Scope, db: Db, id: string, now: Date): Promise<ContractRow> {
  const [row] = await find(scope, db, Prisma.sql`contract.id = ${id}::uuid`)
  if (!row) throw new Refusal('not-found')
  return toContract(scope, row, now)
}

/** Refuses `not-found` outside the scope. */
export async function readContractPlace(scope: Scope, db: Db, id: string): Promise<void> {
  const [row] = await find(scope, db, Prisma.sql`contract.id = ${id}::uuid`)
  if (!row) throw new Refusal('not-found')
}

async function find(scope: Scope, db: Db, wanted: Prisma.Sql): Promise<Found[]> {
  return db.$queryRaw<Found[]>`
    select contract.id, provider.id as "providerId", provider.name as "providerName", area.id as "areaId",
           area.name as "areaName", area.path as "areaPath", area.time_zone as "timeZone", contract.number,
           contract.valid_from::text as "validFrom", contract.valid_to::text as "validTo", contract.note,
           contract.ended_at as "endedAt", contract.version
    from contract join provider on provider.id = contract.provider_id join area on area.id = contract.area_id
    where (starts_with(area.path, ${scope.areaPath}) or starts_with(${scope.areaPath}, area.path))
      and (${scope.providerId}::uuid is null or provider.id = ${scope.providerId}::uuid) and ${wanted}
    order by contract.valid_from desc, contract.id desc limit ${AT_MOST}`
}

function toContract(scope: Scope, row: Found, now: Date): ContractRow {
  const { id, number, validFrom, validTo, note, endedAt, version } = row
  return {
    id,
    provider: { id: row.providerId, name: row.providerName },
    area: { id: row.areaId, name: row.areaName },
    number,
    validFrom,
    validTo,
    note,
    endedAt: endedAt?.toISOString() ?? null,
    state: stateOf(row, todayIn(row.timeZone, now)),
    version,
    can: covers(scope, row.areaPath),
  }
}

function stateOf({ endedAt, validFrom, validTo }: Found, today: string): ContractRow['state'] {
  if (endedAt !== null) return 'ended'
  if (validFrom > today) return 'coming'
  return validTo !== null && validTo < today ? 'over' : 'in-force'
}
