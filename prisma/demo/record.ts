import { open, seal, type MasterKey } from '../key.ts'
import type { Tx } from '../tx.ts'
import type { FleetDevice } from './fleet.ts'

const FLEET = 'demo'
const COUNTY = 'demo-county'
const SECRETS = 'demo-fleet'

/** What was made, so that later starts find it, and its history can be gone on with. */
export interface DemoRecord {
  seed: string
  /** When the county was begun, ms since the epoch. */
  base: number
  areaId: string
  areaPath: string
  /** How many portions of its history are stored; null: all. */
  history: number | null
}

type Db = Pick<Tx, 'query'>

/** null: no demo was ever made here, or one of a release before the county. */
export async function readRecord(db: Db): Promise<DemoRecord | null> {
  const [row] = await db.query<{ value: DemoRecord }>('select value from setting where key = $1', [COUNTY])
  return row?.value ?? null
}

export async function writeRecord(tx: Tx, record: DemoRecord): Promise<void> {
  await tx.query(
    `insert into setting (key, value) values ($1, $2) on conflict (key) do update set value = excluded.value`,
    [COUNTY, JSON.stringify(record)],
  )
}

/** Sealed by us, so of the shape we wrote. */
const parseFleet: (text: string) => FleetDevice[] = JSON.parse

/** The simulator's devices with their secrets; null when no demo was made. */
export async function readFleet(db: Db, key: MasterKey): Promise<FleetDevice[] | null> {
  const [row] = await db.query<{ value: unknown }>('select value from setting where key = $1', [FLEET])
  if (row === undefined) return null
  return parseFleet(open(key, SECRETS, FLEET, Buffer.from(String(row.value), 'base64')).toString())
}

export async function writeFleet(tx: Tx, key: MasterKey, fleet: readonly FleetDevice[]): Promise<void> {
  const sealed = seal(key, SECRETS, FLEET, Buffer.from(JSON.stringify(fleet)))
  await tx.query('insert into setting (key, value) values ($1, $2)', [FLEET, JSON.stringify(sealed.toString('base64'))])
}
