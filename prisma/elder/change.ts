import { maskIdNumber, readIdNumber } from '@anju/domain/elder/id-number'
import { tidyName, tidyPhone } from '@anju/domain/elder/name'
import type { ContactRole } from '@anju/domain/elder/contact'
import { todayIn } from '@anju/domain/elder/day'
import { Refusal } from '@anju/domain/error'
import { recordChange } from '../history/apply.ts'
import { differ } from '../history/differ.ts'
import { newId } from '../id.ts'
import { blindIndex, open, seal, type MasterKey } from '../key.ts'
import { sqlState } from '../sqlstate.ts'
import type { Tx } from '../tx.ts'
import { type By, type HeldElder, lockElder, requireOwnFile, requireVersion, tellElder } from './lock.ts'
import { writeTerms } from './terms.ts'

/** What an elder's identity number is sealed and indexed under; the sealed value is bound to the elder's id. */
export const ID_NUMBER_PURPOSE = 'elder-id-number'

/** What may be changed in a file; what is not said stays. null clears. */
export interface ElderChange {
  name?: string
  sex?: 'female' | 'male' | null
  /** 'YYYY-MM-DD' */
  bornOn?: string | null
  phone?: string | null
  dialect?: string | null
  hearing?: string | null
  conditions?: string | null
  allergies?: string | null
  medicines?: string | null
  note?: string | null
  understands?: boolean
  withoutFamily?: boolean
  idNumber?: string | null
}

/**
 * Changes an elder's file. Answers whether a 15-digit identity number was written out in 18. Refuses `not-found`
 * outside the scope, `changed-meanwhile`, `elder-merged`, `id-number-invalid`, `id-number-taken`, `date-impossible`.
 */
export async function changeElder(
  tx: Tx,
  key: MasterKey,
  { id, version, change, reason }: { id: string; version: number; change: ElderChange; reason: string },
  by: By,
): Promise<{ converted: boolean }> {
  const held = await lockElder(tx, id, by.within)
  requireOwnFile(held)
  requireVersion(held, version)
  const { bornOn, sex } = change
  requirePossibleBirth(bornOn ?? null, held.timeZone, by.now)
  const text = (value: string | null | undefined) => (value === null ? '' : value)
  const number = change.idNumber === undefined ? undefined : readNumber(change.idNumber)
  const { idNumber: wasNumber, ...fields } = fieldsOf(held, key)
  const changed = differ(
    { ...fields, idNumber: wasNumber },
    {
      name: change.name === undefined ? undefined : tidyName(change.name),
      sex,
      bornOn,
      phone: change.phone === undefined ? undefined : tidyPhone(change.phone ?? ''),
      dialect: text(change.dialect),
      hearing: text(change.hearing),
      conditions: text(change.conditions),
      allergies: text(change.allergies),
      medicines: text(change.medicines),
      note: text(change.note),
      understands: change.understands,
      withoutFamily: change.withoutFamily,
      idNumber: number === undefined ? undefined : (number?.id ?? null),
    },
  )
  if (!changed.any) return { converted: number?.converted ?? false }
  const next = { ...fields, ...changed.after }
  await storeFields(tx, id, next)
  if ('idNumber' in changed.after) await storeIdNumber(tx, key, id, changed.after.idNumber ?? null)
  if ('name' in changed.after || 'phone' in changed.after) await writeTerms(tx, [id])
  const subject = `elder:${id}`
  const { before, after } = { before: masked(changed.before), after: masked(changed.after) }
  await recordChange(tx, { subject, action: 'changed', before, after, reason, userId: by.userId, now: by.now })
  tellElder(tx, held, 'elder.changed', by.now, { version: held.version + 1, fields: Object.keys(after) })
  return { converted: number?.converted ?? false }
}

/** Refuses `id-number-invalid`; null clears. */
function readNumber(text: string | null): { id: string; converted: boolean } | null {
  if (text === null || text.trim() === '') return null
  const read = readIdNumber(text)
  if (read === null) throw new Refusal('id-number-invalid')
  return read
}

/** Refuses `date-impossible` for a birth that is still to come, or of a person older than anybody ever was. */
export function requirePossibleBirth(bornOn: string | null, timeZone: string, now: Date): void {
  if (bornOn === null) return
  if (bornOn > todayIn(timeZone, now) || bornOn < '1880-01-01') {
    throw new Refusal('date-impossible', 'The birth date is still to come, or too long ago.')
  }
}

function fieldsOf(held: HeldElder, key: MasterKey) {
  const { name, sex, bornOn, phone, dialect, hearing, conditions, allergies, medicines, note } = held
  const { understands, withoutFamily } = held
  const idNumber = openIdNumber(key, held.id, held.idNumberSealed)
  const text = { name, sex, bornOn, phone, dialect, hearing, conditions, allergies, medicines, note }
  return { ...text, understands, withoutFamily, idNumber }
}

/** The identity number of a stored row; it goes no further than to be compared, masked or, with a reason, shown. */
export function openIdNumber(key: MasterKey, elderId: string, sealed: Uint8Array | null): string | null {
  return sealed === null ? null : open(key, ID_NUMBER_PURPOSE, elderId, sealed).toString('utf8')
}

function masked(fields: { idNumber?: string | null }): Record<string, unknown> {
  return typeof fields.idNumber === 'string' ? { ...fields, idNumber: maskIdNumber(fields.idNumber) } : { ...fields }
}

type Fields = Omit<ReturnType<typeof fieldsOf>, 'idNumber'>

async function storeFields(tx: Tx, id: string, next: Fields): Promise<void> {
  await tx.query(
    `update elder set name = $2, sex = $3, born_on = $4, phone = $5, dialect = $6, hearing = $7, conditions = $8,
            allergies = $9, note = $10, medicines = $11, understands = $12, without_family = $13, version = version + 1
     where id = $1`,
    [
      id,
      next.name,
      next.sex,
      next.bornOn,
      next.phone,
      next.dialect,
      next.hearing,
      next.conditions,
      next.allergies,
      next.note,
      next.medicines,
      next.understands,
      next.withoutFamily,
    ],
  )
}

/** Seals an identity number into a file, or takes it out. Refuses `id-number-taken`. */
export async function storeIdNumber(tx: Tx, key: MasterKey, id: string, idNumber: string | null): Promise<void> {
  try {
    await tx.query('update elder set id_number_sealed = $2, id_number_index = $3 where id = $1', [
      id,
      idNumber === null ? null : seal(key, ID_NUMBER_PURPOSE, id, Buffer.from(idNumber)),
      idNumber === null ? null : blindIndex(key, ID_NUMBER_PURPOSE, idNumber),
    ])
  } catch (error) {
    if (sqlState(error) === '23505') throw new Refusal('id-number-taken')
    throw error
  }
}

export interface NewContact {
  name: string
  relation: string
  phone: string
  /** Unsaid: family. */
  role?: ContactRole
}
/** One on the ladder, as it stands. */
type HeldContact = Required<NewContact> & { id: string }

/** The ladder of who is called, as a whole, first rung first. Refuses as `changeElder` does. */
export async function replaceContacts(
  tx: Tx,
  { id, version, contacts, reason }: { id: string; version: number; contacts: readonly NewContact[]; reason: string },
  by: By,
): Promise<void> {
  const held = await lockElder(tx, id, by.within)
  requireOwnFile(held)
  requireVersion(held, version)
  const standing = await loadHeldContacts(tx, id)
  const before = standing.map(withoutId)
  const after = contacts.map(tidyContact)
  if (JSON.stringify(before) === JSON.stringify(after)) return
  await tx.query('delete from contact where elder_id = $1', [id])
  await insertContacts(tx, id, after, { after: 0, now: by.now, known: standing })
  await tx.query('update elder set version = version + 1 where id = $1', [id])
  await writeTerms(tx, [id])
  const change = { before: { contacts: before }, after: { contacts: after }, reason, userId: by.userId, now: by.now }
  await recordChange(tx, { subject: `elder:${id}`, action: 'contacts-changed', ...change })
  tellElder(tx, held, 'elder.changed', by.now, { version: held.version + 1, fields: ['contacts'] })
}

function tidyContact({ name, relation, phone, role = 'family' }: NewContact): Required<NewContact> {
  return { name: tidyName(name), relation: relation.trim(), phone: tidyPhone(phone), role }
}
const withoutId = ({ name, relation, phone, role }: HeldContact): Required<NewContact> => ({
  name,
  relation,
  phone,
  role,
})

export async function loadContacts(tx: Tx, elderId: string): Promise<Required<NewContact>[]> {
  return (await loadHeldContacts(tx, elderId)).map(withoutId)
}

/** With their ids, which they keep when the ladder is written anew. */
export async function loadHeldContacts(tx: Tx, elderId: string): Promise<HeldContact[]> {
  return tx.query<HeldContact & Record<string, string>>(
    'select id, name, relation, phone, role from contact where elder_id = $1 order by rung',
    [elderId],
  )
}

/** The same person keeps the same id, so that who answered last is still known after a new number or rung. */
function idsFor(contacts: readonly NewContact[], known: readonly HeldContact[], now: Date): string[] {
  const left = [...known]
  return contacts.map(({ name, phone }) => {
    const exact = left.findIndex((one) => one.name === name && one.phone === phone)
    const at = exact >= 0 ? exact : left.findIndex((one) => one.name === name)
    return left.splice(at, at < 0 ? 0 : 1)[0]?.id ?? newId(now)
  })
}

/** Adds rungs after the `after` that are there; `known` are those that stood there before. */
export async function insertContacts(
  tx: Tx,
  elderId: string,
  contacts: readonly NewContact[],
  { after, now, known = [] }: { after: number; now: Date; known?: readonly HeldContact[] },
): Promise<void> {
  if (contacts.length === 0) return
  const tidy = contacts.map(tidyContact)
  await tx.query(
    `insert into contact (id, elder_id, rung, name, relation, phone, role)
     select c.id, $1, $6 + c.rung, c.name, c.relation, c.phone, c.role
     from unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $7::text[])
       with ordinality as c (id, name, relation, phone, role, rung)`,
    [
      elderId,
      idsFor(tidy, known, now),
      tidy.map((contact) => contact.name),
      tidy.map((contact) => contact.relation),
      tidy.map((contact) => contact.phone),
      after,
      tidy.map((contact) => contact.role),
    ],
  )
}
