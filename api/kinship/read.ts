import type { Scope } from '@anju/domain/access/scope'
import { Refusal } from '@anju/domain/error'
import { type Prisma } from '@anju/prisma/generated/client'
import type { Db } from '@anju/prisma/reads'
import { readCaregiverPlace } from '../credential/read.ts'
import { readElderPlace } from '../elder/read.ts'
import { providersOf } from '../provider/read.ts'
import type { KinshipRow } from './schema.ts'

const person = { select: { id: true, name: true } }
const include = { caregiver: person, elder: person, declaredBy: person } satisfies Prisma.KinshipInclude

/** To whom a caregiver is kin. Refuses `not-found` outside the scope. */
export async function readKinOfCaregiver(scope: Scope, db: Db, caregiverId: string): Promise<KinshipRow[]> {
  await readCaregiverPlace(scope, db, caregiverId)
  return find(db, { caregiverId })
}

/** Who is kin to an elder and cares for pay, also of the entries merged into hers. Refuses `not-found` outside the scope. */
export async function readKinOfElder(scope: Scope, db: Db, elderId: string): Promise<KinshipRow[]> {
  const { elderIds } = await readElderPlace(scope, db, elderId)
  return find(db, { elderId: { in: elderIds } })
}

async function find(db: Db, where: Prisma.KinshipWhereInput): Promise<KinshipRow[]> {
  const rows = await db.kinship.findMany({
    where: { ...where, endedAt: null },
    include,
    orderBy: [{ declaredAt: 'desc' }, { id: 'desc' }],
  })
  return rows.map(({ id, caregiver, elder, relation, declaredAt, declaredBy }) => ({
    id,
    caregiver,
    elder,
    relation,
    declaredAt: declaredAt.toISOString(),
    declaredBy,
  }))
}

/** As many as a list to choose from can hold; a longer one is searched. */
const SERVED_AT_MOST = 200

/**
 * Whom a provider visits, or did: names alone, for who may see no file. Refuses `not-found` for a provider outside the
 * scope.
 */
export async function readServedElders(
  scope: Scope,
  db: Db,
  { providerId, search }: { providerId: string; search: string },
): Promise<{ id: string; name: string }[]> {
  const [provider] = await db.$queryRaw<object[]>`
    select provider.id from provider join area on area.id = provider.area_id
    where provider.id = ${providerId}::uuid and ${providersOf(scope)}`
  if (!provider) throw new Refusal('not-found')
  const part = `%${search.trim().replace(/[\\%_]/g, '\\$&')}%`
  return db.$queryRaw<{ id: string; name: string }[]>`
    select elder.id, elder.name from elder join home on home.id = elder.home_id join area on area.id = home.area_id
    where starts_with(area.path, ${scope.areaPath}) and elder.merged_into is null and elder.name ilike ${part}
      and elder.id in (select elder_id from visit where provider_id = ${providerId}::uuid
                       union select elder_id from visit_plan where provider_id = ${providerId}::uuid)
    order by elder.name, elder.id limit ${SERVED_AT_MOST}`
}
