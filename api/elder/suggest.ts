import type { Scope } from '@anju/domain/access/scope'
import { readIdNumber } from '@anju/domain/elder/id-number'
import { tidyName } from '@anju/domain/elder/name'
import { ID_NUMBER_PURPOSE } from '@anju/prisma/elder/change'
import { numberOf } from '@anju/prisma/elder/terms'
import { blindIndex, type MasterKey } from '@anju/prisma/key'
import type { Db } from '@anju/prisma/reads'
import { dayOf } from '../day.ts'
import { elderInclude, toElder } from './row.ts'
import type { Likely } from './life-schema.ts'

/** A header and not part of the address, so that proxies do not log it. */
export const ID_NUMBER_HEADER = 'anju-id-number'
const SHOWN = 10

/** Who of the scope may be the person about to be registered: same name and birth date or number, or identity number. */
export async function readLikely(
  scope: Scope,
  db: Db,
  asked: { name: string; bornOn?: string; phone?: string; idNumber?: string; key: MasterKey; now: Date },
): Promise<Likely[]> {
  const name = tidyName(asked.name)
  const phone = numberOf(asked.phone ?? '')
  const number = asked.idNumber === undefined ? null : readIdNumber(asked.idNumber)
  const index = number && blindIndex(asked.key, ID_NUMBER_PURPOSE, number.id)
  const rows = await db.elder.findMany({
    where: {
      home: { area: { path: { startsWith: scope.areaPath } } },
      mergedIntoId: null,
      OR: [
        ...(asked.bornOn === undefined ? [] : [{ name, bornOn: new Date(asked.bornOn) }]),
        ...(phone === '' ? [] : [{ name, terms: { some: { term: phone, kind: 'phone' } } }]),
        ...(index === null ? [] : [{ idNumberIndex: new Uint8Array(index) }]),
      ],
    },
    include: elderInclude(asked.now),
    orderBy: { createdAt: 'asc' },
    take: SHOWN,
  })
  return rows.map((row) => {
    const bornOn = dayOf(row.bornOn)
    const because: Likely['because'] = []
    if (index && row.idNumberIndex && index.equals(row.idNumberIndex)) because.push('id-number')
    if (row.name === name && bornOn !== null && bornOn === asked.bornOn) because.push('name-and-birth')
    if (row.name === name && phone !== '' && numberOf(row.phone) === phone) because.push('name-and-phone')
    return { ...toElder(row, asked.now), matched: null, bornOn, because }
  })
}
