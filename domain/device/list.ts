import type { DeviceKind } from './kinds.ts'
import { kindOfText, type ListColumn } from './list-columns.ts'

/** A row as the file has it, each cell trimmed; `line` counts from 1 in the file. */
export interface ListRow {
  line: number
  cells: Partial<Record<ListColumn, string>>
}

/** Limits of the columns that hold them. */
export const SERIAL_MAX = 100
export const LABEL_MAX = 100

/** What is known of the county, for the rows of one file. */
export interface Known {
  /** By serial number; `deviceId` null: registered outside the asker's area. */
  registered: ReadonlyMap<string, { deviceId: string | null; kind: DeviceKind; revoked: boolean }>
  elders: readonly KnownElder[]
  areas: readonly { id: string; name: string }[]
}

export interface KnownElder {
  id: string
  name: string
  /** Digits alone. */
  phones: readonly string[]
  /** The row's own ID number found this elder; which lines' did. */
  byIdNumber: readonly number[]
  homeId: string
  areaId: string
  areaName: string
  dead: boolean
}

export type RowTrouble =
  | { code: 'no-kind' | 'unknown-kind' | 'no-serial' | 'too-long' | 'bad-user-number' | 'rounded' }
  | { code: 'duplicate'; line: number }
  | { code: 'registered'; deviceId: string | null }
  | { code: 'elder-not-found' | 'elder-unsure' | 'elder-differs' | 'elder-dead' }
  | { code: 'elder-ambiguous'; count: number }
  | { code: 'no-place' | 'village-not-found' | 'village-ambiguous' | 'elder-elsewhere' }
  | { code: 'hub-not-found' | 'hub-of-hub' }

export interface NewRow {
  kind: DeviceKind
  serial: string
  label: string
  model: string
  userNumber: number | null
  elder: { id: string; name: string } | null
  homeId: string | null
  areaId: string
  areaName: string
  hubSerial: string | null
}

export type Verdict = { line: number; serial: string; kind: DeviceKind | null } & (
  { is: 'new'; device: NewRow } | { is: 'refused'; trouble: RowTrouble }
)

/** What becomes of each row: one verdict a row, in the file's order. Nothing is guessed: who is unsure is asked. */
export function judgeRows(rows: readonly ListRow[], known: Known): Verdict[] {
  const firstLine = new Map<string, number>()
  const verdicts = rows.map((row): Verdict => {
    const serial = row.cells.serial ?? ''
    const before = serial === '' ? undefined : firstLine.get(serial)
    if (serial !== '' && before === undefined) firstLine.set(serial, row.line)
    const judged = before === undefined ? judgeRow(row, known) : ({ code: 'duplicate', line: before } as const)
    const kind = kindOfText(row.cells.kind ?? '')
    if ('code' in judged) return { line: row.line, serial, kind, is: 'refused', trouble: judged }
    return { line: row.line, serial, kind, is: 'new', device: judged }
  })
  const newHubs = new Set(
    verdicts.flatMap((verdict) => (verdict.is === 'new' && verdict.device.kind === 'hub' ? verdict.serial : [])),
  )
  return verdicts.map((verdict) => {
    const trouble = verdict.is === 'new' ? hubTrouble(verdict.device, known, newHubs) : null
    if (trouble === null) return verdict
    return { line: verdict.line, serial: verdict.serial, kind: verdict.kind, is: 'refused', trouble }
  })
}

function judgeRow({ line, cells }: ListRow, known: Known): NewRow | RowTrouble {
  const { serial = '', label = '', model = '' } = cells
  const kind = kindOfText(cells.kind ?? '')
  if ((cells.kind ?? '') === '') return { code: 'no-kind' }
  if (kind === null) return { code: 'unknown-kind' }
  if (serial === '') return { code: 'no-serial' }
  if ([serial, cells.hubSerial, cells.elderPhone, cells.elderIdNumber].some(isRounded)) return { code: 'rounded' }
  if (serial.length > SERIAL_MAX || label.length > LABEL_MAX || model.length > LABEL_MAX) return { code: 'too-long' }
  const user = cells.userNumber ?? ''
  if (!/^([1-9]\d?)?$/.test(user)) return { code: 'bad-user-number' }
  const there = known.registered.get(serial)
  if (there) return { code: 'registered', deviceId: there.deviceId }
  const place = placeOf(line, cells, known)
  if ('code' in place) return place
  const hubSerial = cells.hubSerial ? cells.hubSerial : null
  return { kind, serial, label, model, userNumber: user === '' ? null : Number(user), hubSerial, ...place }
}

/** '1.23E+11': a spreadsheet took a long number for a quantity, and its last digits are gone. */
function isRounded(text = ''): boolean {
  return /^\d(\.\d+)?e\+\d+$/i.test(text)
}

type PlaceOfRow = Pick<NewRow, 'elder' | 'homeId' | 'areaId' | 'areaName'>

function placeOf(line: number, cells: ListRow['cells'], known: Known): PlaceOfRow | RowTrouble {
  const { elderId = '', elderName = '', elderPhone = '', elderIdNumber = '', village = '' } = cells
  const areas = village === '' ? [] : known.areas.filter((area) => area.name === village)
  if (village !== '' && areas.length === 0) return { code: 'village-not-found' }
  if (elderId === '' && elderName === '' && elderPhone === '' && elderIdNumber === '') {
    const [area, second] = areas
    if (!area) return { code: 'no-place' }
    if (second) return { code: 'village-ambiguous' }
    return { elder: null, homeId: null, areaId: area.id, areaName: area.name }
  }
  const found = findElder(line, cells, known.elders)
  if ('code' in found) return found
  if (village !== '' && !areas.some((area) => area.id === found.areaId)) return { code: 'elder-elsewhere' }
  const { id, name, homeId, areaId, areaName } = found
  return { elder: { id, name }, homeId, areaId, areaName }
}

/** Certain by the file's number or the ID number; by name only together with a telephone number of the file. */
function findElder(
  line: number,
  { elderId = '', elderName = '', elderPhone = '', elderIdNumber = '' }: ListRow['cells'],
  elders: readonly KnownElder[],
): KnownElder | RowTrouble {
  const one = (found: readonly KnownElder[]): KnownElder | RowTrouble => {
    const [elder, second] = found
    if (!elder) return { code: 'elder-not-found' }
    if (second) return { code: 'elder-ambiguous', count: found.length }
    if (elder.dead) return { code: 'elder-dead' }
    return elderName !== '' && elder.name !== elderName ? { code: 'elder-differs' } : elder
  }
  if (elderId !== '') return one(elders.filter((elder) => elder.id === elderId.toLowerCase()))
  if (elderIdNumber !== '') return one(elders.filter((elder) => elder.byIdNumber.includes(line)))
  if (elderName === '') return { code: 'elder-unsure' }
  const named = elders.filter((elder) => elder.name === elderName)
  if (elderPhone === '') return named.length === 0 ? { code: 'elder-not-found' } : { code: 'elder-unsure' }
  return one(named.filter((elder) => elder.phones.includes(digitsOf(elderPhone))))
}

/** A telephone number as two writings of it compare: its digits, without the country's. */
export function digitsOf(phone: string): string {
  return phone
    .normalize('NFKC')
    .replace(/\D/g, '')
    .replace(/^(00)?86(?=1\d{10}$)/, '')
}

function hubTrouble(device: NewRow, known: Known, newHubs: ReadonlySet<string>): RowTrouble | null {
  const { hubSerial } = device
  if (hubSerial === null) return null
  if (device.kind === 'hub') return { code: 'hub-of-hub' }
  if (newHubs.has(hubSerial)) return null
  const there = known.registered.get(hubSerial)
  return there?.kind === 'hub' && !there.revoked && there.deviceId !== null ? null : { code: 'hub-not-found' }
}
