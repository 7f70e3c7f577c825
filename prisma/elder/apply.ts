import { readIdNumber } from '@anju/domain/elder/id-number'
import { tidyName, tidyPhone } from '@anju/domain/elder/name'
import { Refusal } from '@anju/domain/error'
import { recordChange } from '../history/apply.ts'
import { newHome, type NewHome, oldHome } from '../home/apply.ts'
import { newId } from '../id.ts'
import type { MasterKey } from '../key.ts'
import type { Tx } from '../tx.ts'
import { insertContacts, type NewContact, requirePossibleBirth, storeIdNumber } from './change.ts'
import { tellElder } from './lock.ts'
import { writeTerms } from './terms.ts'

/** Who is registered, and her new home's address and place unless she lives in one that is there. */
export interface NewElder extends NewHome {
  name: string
  sex?: 'female' | 'male'
  /** 'YYYY-MM-DD' */
  bornOn?: string
  phone?: string
  dialect?: string
  hearing?: string
  conditions?: string
  allergies?: string
  medicines?: string
  note?: string
  /** Unsaid: true. */
  understands?: boolean
  withoutFamily?: boolean
  /** Resident identity number of 18 or 15 digits; checked, sealed, never logged. */
  idNumber?: string
  /** An existing home; otherwise one of her own is made. */
  homeId?: string
  /** The ladder of who is called, first rung first. */
  contacts?: NewContact[]
}

/**
 * Registers an elder within the area `within` (a scope's path); `userId` null or unsaid: a program. Answers whether a
 * 15-digit identity number was written out in 18. Refuses `not-found` for a home or area outside it,
 * `id-number-invalid`, `id-number-taken`, and `date-impossible`.
 */
export async function registerElder(
  tx: Tx,
  key: MasterKey,
  elder: NewElder & { within: string; userId?: string | null; now: Date },
): Promise<{ id: string; homeId: string; converted: boolean }> {
  const { within, now } = elder
  const id = newId(now)
  const number = elder.idNumber === undefined ? null : readIdNumber(elder.idNumber)
  if (elder.idNumber !== undefined && number === null) throw new Refusal('id-number-invalid')
  const bornOn = elder.bornOn ?? null
  requirePossibleBirth(bornOn, 'Asia/Shanghai', now)
  const { homeId, areaPath } =
    elder.homeId === undefined ? await newHome(tx, elder, elder) : await oldHome(tx, elder.homeId, within)
  await tx.query(
    `insert into elder (id, home_id, name, sex, born_on, phone, dialect, hearing, conditions, allergies, medicines, note,
       created_at, understands, without_family)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
    [
      id,
      homeId,
      tidyName(elder.name),
      elder.sex ?? null,
      bornOn,
      tidyPhone(elder.phone ?? ''),
      elder.dialect ?? '',
      elder.hearing ?? '',
      elder.conditions ?? '',
      elder.allergies ?? '',
      elder.medicines ?? '',
      elder.note ?? '',
      now,
      elder.understands ?? true,
      elder.withoutFamily ?? false,
    ],
  )
  if (number !== null) await storeIdNumber(tx, key, id, number.id)
  await tx.query('insert into residence (id, elder_id, home_id, valid_from) values ($1, $2, $3, $4)', [
    newId(now),
    id,
    homeId,
    now,
  ])
  await insertContacts(tx, id, elder.contacts ?? [], { after: 0, now })
  await writeTerms(tx, [id])
  await recordChange(tx, {
    subject: `elder:${id}`,
    action: 'registered',
    before: {},
    after: { homeId },
    reason: '',
    userId: elder.userId ?? null,
    now,
  })
  tellElder(tx, { id, areaPath }, 'elder.registered', now, { homeId })
  return { id, homeId, converted: number?.converted ?? false }
}
