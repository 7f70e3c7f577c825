import { digitsOf, judgeRows, type Known, type KnownElder, type ListRow, type Verdict } from '@anju/domain/device/list'
import { parseIdNumber } from '@anju/domain/elder/id-number'
import { ID_NUMBER_PURPOSE } from '../elder/change.ts'
import { recordChange } from '../history/apply.ts'
import { blindIndex, type MasterKey } from '../key.ts'
import type { Tx } from '../tx.ts'
import type { Actor } from './apply.ts'
import { insertDevices } from './store.ts'

/** What the county knows of the elders, devices, hubs and villages that a file names; all within `within`. */
export async function judgeList(
  db: Pick<Tx, 'query'>,
  key: MasterKey,
  rows: readonly ListRow[],
  within: string,
): Promise<Verdict[]> {
  const [registered, elders, areas] = await Promise.all([
    registeredOf(db, rows, within),
    eldersOf(db, key, rows, within),
    db.query<Known['areas'][number] & Record<string, string>>(
      `select id, name from area where starts_with(path, $1) and name = any($2)`,
      [within, [...new Set(rows.flatMap(({ cells }) => cells.village ?? []))]],
    ),
  ])
  return judgeRows(rows, { registered, elders, areas })
}

type Registered = { serial: string; id: string; kind: NonNullable<Verdict['kind']>; revoked: boolean; here: boolean }

async function registeredOf(db: Pick<Tx, 'query'>, rows: readonly ListRow[], within: string) {
  const serials = rows.flatMap(({ cells }) => [cells.serial ?? [], cells.hubSerial ?? []].flat())
  const found = await db.query<Registered>(
    `select serial, device.id, device.kind, revoked_at is not null as revoked, starts_with(area.path, $2) as here
     from device join area on area.id = device.area_id where serial = any($1) and serial <> ''`,
    [[...new Set(serials)], within],
  )
  return new Map(
    found.map(({ serial, id, kind, revoked, here }) => [serial, { deviceId: here ? id : null, kind, revoked }]),
  )
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** Every elder that a row could mean: by name, by the file's number, by ID number. */
async function eldersOf(
  db: Pick<Tx, 'query'>,
  key: MasterKey,
  rows: readonly ListRow[],
  within: string,
): Promise<KnownElder[]> {
  const ofIndex = new Map<string, number[]>()
  for (const { line, cells } of rows) {
    const id = cells.elderIdNumber === undefined ? null : parseIdNumber(cells.elderIdNumber)
    if (id === null) continue
    const index = blindIndex(key, ID_NUMBER_PURPOSE, id).toString('hex')
    ofIndex.set(index, [...(ofIndex.get(index) ?? []), line])
  }
  const found = await db.query<Omit<KnownElder, 'byIdNumber'> & { index: string | null }>(
    `select elder.id, elder.name, elder.home_id as "homeId", area.id as "areaId", area.name as "areaName",
            elder.died_on is not null as dead, encode(elder.id_number_index, 'hex') as index,
            array(select elder.phone union all select phone from contact where contact.elder_id = elder.id) as phones
     from elder join home on home.id = elder.home_id join area on area.id = home.area_id
     where starts_with(area.path, $1) and elder.merged_into is null
       and (elder.name = any($2) or elder.id = any($3) or elder.id_number_index = any($4))`,
    [
      within,
      [...new Set(rows.flatMap(({ cells }) => (cells.elderPhone || !cells.elderId ? (cells.elderName ?? []) : [])))],
      [...new Set(rows.flatMap(({ cells }) => (uuid.test(cells.elderId ?? '') ? (cells.elderId ?? []) : [])))],
      [...ofIndex.keys()].map((index) => Buffer.from(index, 'hex')),
    ],
  )
  return found.map(({ index, phones, ...elder }) => ({
    ...elder,
    phones: phones.map(digitsOf).filter((phone) => phone !== ''),
    byIdNumber: (index !== null ? ofIndex.get(index) : undefined) ?? [],
  }))
}

export interface Imported {
  line: number
  id: string
  secret: string
}

/** So many rows a statement; between two the event loop turns. */
const CHUNK = 500

/** An event names at most so many devices, so that a stream is never handed a megabyte at once. */
const IDS_AN_EVENT = 100

/**
 * Registers what a file's rows ask for, each row whole or not at all, judged anew within this transaction. Answers the
 * verdicts and, once, the secrets. The same file again finds its serial numbers registered and does nothing.
 */
export async function importList(
  tx: Tx,
  key: MasterKey,
  rows: readonly ListRow[],
  actor: Actor,
): Promise<{ verdicts: Verdict[]; made: Imported[] }> {
  // Of two people with the same file, the second finds what the first stored.
  await tx.query(`select pg_advisory_xact_lock(hashtextextended('device-import', 0))`)
  // Judged again once nobody named can move, die or be merged any more.
  const meant = (await judgeList(tx, key, rows, actor.within)).flatMap((verdict) =>
    verdict.is === 'new' ? (verdict.device.elder?.id ?? []) : [],
  )
  await tx.query('select id from elder where id = any($1) order by id for share', [meant])
  const verdicts = await judgeList(tx, key, rows, actor.within)
  const fresh = verdicts.filter((verdict) => verdict.is === 'new')
  // Hubs first: what hangs behind them names them.
  const [hubRows, others] = [true, false].map((isHub) =>
    fresh.filter(({ device }) => (device.kind === 'hub') === isHub),
  )
  const chunks = [...chunksOf(hubRows ?? []), ...chunksOf(others ?? [])]
  const hubs = await hubsOf(tx, fresh)
  const made: Imported[] = []
  const beaten = new Set<number>()
  const areas = new Map<string, string[]>()
  for (const part of chunks) {
    const stored = await insertDevices(
      tx,
      key,
      part.map(({ device }) => ({
        ...device,
        elderId: device.elder?.id ?? null,
        hubId: device.hubSerial === null ? null : (hubs.get(device.hubSerial) ?? null),
      })),
      actor.now,
    )
    for (const [at, { line, device }] of part.entries()) {
      const one = stored[at]
      if (!one) {
        beaten.add(line) // registered by hand since it was judged
        continue
      }
      if (device.kind === 'hub') hubs.set(device.serial, one.id)
      made.push({ line, ...one })
      areas.set(device.areaId, [...(areas.get(device.areaId) ?? []), one.id])
    }
    await Promise.all(stored.map((one, at) => note(tx, one, part[at]?.device, actor)))
  }
  await tellAreas(tx, areas, actor.now)
  return {
    made,
    verdicts: verdicts.map((verdict) =>
      beaten.has(verdict.line)
        ? { ...verdict, is: 'refused', trouble: { code: 'registered', deviceId: null } }
        : verdict,
    ),
  }
}

function chunksOf(rows: readonly Fresh[]): Fresh[][] {
  return Array.from({ length: Math.ceil(rows.length / CHUNK) }, (_, i) => rows.slice(i * CHUNK, (i + 1) * CHUNK))
}

type Fresh = Extract<Verdict, { is: 'new' }>

async function hubsOf(tx: Tx, fresh: readonly Fresh[]): Promise<Map<string, string>> {
  const rows = await tx.query<{ serial: string; id: string }>(
    `select serial, id from device where serial = any($1) and kind = 'hub' and serial <> ''`,
    [fresh.flatMap(({ device }) => device.hubSerial ?? [])],
  )
  return new Map(rows.map(({ serial, id }) => [serial, id]))
}

async function note(tx: Tx, one: { id: string } | null, device: Fresh['device'] | undefined, actor: Actor) {
  if (!one || !device) return
  const { kind, label, model, serial, homeId, elder } = device
  await recordChange(tx, {
    subject: `device:${one.id}`,
    action: 'registered',
    before: {},
    after: { kind, label, model, serial, homeId, elderId: elder?.id ?? null, list: true },
    reason: '',
    userId: actor.userId ?? null,
    now: actor.now,
  })
}

async function tellAreas(tx: Tx, areas: ReadonlyMap<string, string[]>, now: Date): Promise<void> {
  const paths = await tx.query<{ id: string; path: string }>('select id, path from area where id = any($1)', [
    [...areas.keys()],
  ])
  for (const { id, path } of paths) {
    const deviceIds = areas.get(id) ?? []
    for (let i = 0; i < deviceIds.length; i += IDS_AN_EVENT) {
      const body = { deviceIds: deviceIds.slice(i, i + IDS_AN_EVENT) }
      tx.events.push({ at: now, topic: 'device', name: 'device.imported', areaPath: path, subject: `area:${id}`, body })
    }
  }
}
