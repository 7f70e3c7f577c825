import { Refusal } from '@anju/domain/error'
import { parseIdNumber } from '@anju/domain/elder/id-number'
import { newId } from '../id.ts'
import { blindIndex, seal, type MasterKey } from '../key.ts'
import { sqlState } from '../sqlstate.ts'
import type { Tx } from '../tx.ts'

export interface NewElder {
  name: string
  sex?: 'female' | 'male'
  /** 'YYYY-MM-DD' */
  bornOn?: string
  phone?: string
  dialect?: string
  hearing?: string
  conditions?: string
  allergies?: string
  /** Resident identity number; checked, sealed, never logged. */
  idNumber?: string
  /** An existing home; otherwise one of her own is made from the fields below. */
  homeId?: string
  /** Where the new home stands; by default the registrar's own area. */
  areaId?: string
  address?: string
  landmark?: string
  entryNote?: string
  /** The ladder of who is called, first rung first. */
  contacts?: { name: string; relation: string; phone: string }[]
}

interface Place {
  homeId: string
  areaPath: string
}

/**
 * Registers an elder within the area `within` (a scope's path). Refuses `not-found` for a home or area outside it,
 * `id-number-invalid`, and `id-number-taken`.
 */
export async function registerElder(
  tx: Tx,
  key: MasterKey,
  elder: NewElder & { within: string; now: Date },
): Promise<{ id: string; homeId: string }> {
  const id = newId(elder.now)
  const idNumber = elder.idNumber === undefined ? null : parseIdNumber(elder.idNumber)
  if (elder.idNumber !== undefined && idNumber === null) throw new Refusal('id-number-invalid')
  const { homeId, areaPath } =
    elder.homeId === undefined ? await newHome(tx, elder) : await oldHome(tx, elder.homeId, elder.within)
  try {
    await tx.query(
      `insert into elder (id, home_id, name, sex, born_on, phone, dialect, hearing, conditions, allergies,
                          id_number_sealed, id_number_index, created_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
      [
        id,
        homeId,
        elder.name,
        elder.sex ?? null,
        elder.bornOn ?? null,
        elder.phone ?? '',
        elder.dialect ?? '',
        elder.hearing ?? '',
        elder.conditions ?? '',
        elder.allergies ?? '',
        idNumber === null ? null : seal(key, ID_NUMBER_PURPOSE, id, Buffer.from(idNumber)),
        idNumber === null ? null : blindIndex(key, ID_NUMBER_PURPOSE, idNumber),
        elder.now,
      ],
    )
  } catch (error) {
    if (sqlState(error) === '23505') throw new Refusal('id-number-taken')
    throw error
  }
  await addContacts(tx, id, elder.contacts ?? [], elder.now)
  tx.events.push({
    at: elder.now,
    topic: 'elder',
    name: 'elder.registered',
    areaPath,
    subject: `elder:${id}`,
    body: { elderId: id, homeId },
  })
  return { id, homeId }
}

/** What an elder's identity number is sealed and indexed under; the sealed value is bound to the elder's id. */
export const ID_NUMBER_PURPOSE = 'elder-id-number'

async function oldHome(tx: Tx, homeId: string, within: string): Promise<Place> {
  // Locked against moving or leaving while the elder moves in.
  const [home] = await tx.query<Place>(
    `select home.id as "homeId", area.path as "areaPath" from home join area on area.id = home.area_id
     where home.id = $1 and starts_with(area.path, $2) for share of home`,
    [homeId, within],
  )
  if (!home) throw new Refusal('not-found', 'There is no such home in your area.')
  return home
}

async function newHome(tx: Tx, elder: NewElder & { within: string; now: Date }): Promise<Place> {
  const [area] = await tx.query<{ id: string; path: string }>(
    elder.areaId === undefined
      ? 'select id, path from area where path = $1'
      : 'select id, path from area where starts_with(path, $1) and id = $2',
    elder.areaId === undefined ? [elder.within] : [elder.within, elder.areaId],
  )
  if (!area) throw new Refusal('not-found', 'There is no such area within yours.')
  const homeId = newId(elder.now)
  await tx.query(
    'insert into home (id, area_id, address, landmark, entry_note, created_at) values ($1, $2, $3, $4, $5, $6)',
    [homeId, area.id, elder.address ?? '', elder.landmark ?? '', elder.entryNote ?? '', elder.now],
  )
  return { homeId, areaPath: area.path }
}

async function addContacts(tx: Tx, elderId: string, contacts: NonNullable<NewElder['contacts']>, now: Date) {
  if (contacts.length === 0) return
  await tx.query(
    `insert into contact (id, elder_id, rung, name, relation, phone)
     select c.id, $1, c.rung, c.name, c.relation, c.phone
     from unnest($2::uuid[], $3::text[], $4::text[], $5::text[]) with ordinality as c (id, name, relation, phone, rung)`,
    [
      elderId,
      contacts.map(() => newId(now)),
      contacts.map((contact) => contact.name),
      contacts.map((contact) => contact.relation),
      contacts.map((contact) => contact.phone),
    ],
  )
}
