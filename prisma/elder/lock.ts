import { Refusal } from '@anju/domain/error'
import { lockSubjects, type Tx } from '../tx.ts'

/** Who changes a file, what they may reach, and when. */
export interface By {
  /** null: a program. */
  userId: string | null
  /** A scope's path. */
  within: string
  now: Date
}

/** An elder's row as it stands under its lock. */
export interface HeldElder {
  id: string
  homeId: string
  name: string
  sex: string | null
  bornOn: string | null
  phone: string
  dialect: string
  hearing: string
  conditions: string
  allergies: string
  medicines: string
  note: string
  understands: boolean
  withoutFamily: boolean
  idNumberSealed: Buffer | null
  idNumberIndex: Buffer | null
  version: number
  diedOn: string | null
  mergedInto: string | null
  areaId: string
  areaPath: string
  timeZone: string
}

/**
 * Takes an elder's lock, and with it those of `others` ('device:<id>' …), and answers the row. Refuses `not-found`
 * outside `within`.
 */
export async function lockElder(
  tx: Tx,
  id: string,
  within: string,
  others: readonly string[] = [],
): Promise<HeldElder> {
  await lockSubjects(tx, [`elder:${id}`, ...others])
  const [row] = await tx.query<HeldElder & Record<string, unknown>>(
    `select elder.id, elder.home_id as "homeId", elder.name, elder.sex, elder.born_on as "bornOn", elder.phone,
            elder.dialect, elder.hearing, elder.conditions, elder.allergies, elder.medicines, elder.note,
            elder.understands, elder.without_family as "withoutFamily",
            elder.id_number_sealed as "idNumberSealed", elder.id_number_index as "idNumberIndex", elder.version,
            elder.died_on as "diedOn", elder.merged_into as "mergedInto",
            area.id as "areaId", area.path as "areaPath", area.time_zone as "timeZone"
     from elder join home on home.id = elder.home_id join area on area.id = home.area_id
     where elder.id = $1 and starts_with(area.path, $2) for no key update of elder`,
    [id, within],
  )
  if (!row) throw new Refusal('not-found')
  return row
}

/** Of two people who opened the same version, the second is told. Refuses `changed-meanwhile`. */
export function requireVersion(held: { version: number }, version: number): void {
  if (held.version !== version) throw new Refusal('changed-meanwhile', undefined, { version: held.version })
}

/** A merged entry is closed: what is done belongs to the other. Refuses `elder-merged`, naming it. */
export function requireOwnFile(held: { mergedInto: string | null }): void {
  if (held.mergedInto !== null) throw new Refusal('elder-merged', undefined, { mergedInto: held.mergedInto })
}

/** Tells what happened in an elder's file: ids and names of fields, never what stands in them. */
export function tellElder(
  tx: Tx,
  held: { id: string; areaPath: string },
  name: `elder.${string}`,
  now: Date,
  body: Record<string, unknown> = {},
): void {
  const subject = `elder:${held.id}`
  tx.events.push({
    at: now,
    topic: 'elder',
    name,
    areaPath: held.areaPath,
    subject,
    body: { elderId: held.id, ...body },
  })
}
