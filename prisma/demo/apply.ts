import type pg from 'pg'
import type { Role } from '@anju/domain/access/role'
import { createArea } from '../area/apply.ts'
import { registerDevice } from '../device/apply.ts'
import { registerElder } from '../elder/apply.ts'
import { open, seal, type MasterKey } from '../key.ts'
import { lockSubjects, transact, type Tx } from '../tx.ts'
import { createUser } from '../user/apply.ts'
import { ensureTopArea, INSTALLATION } from '../user/first.ts'
import { hashPassword } from '../user/password.ts'
import { demoHouseholds, type DemoHousehold } from './households.ts'

/** A device the simulator plays, with what it needs to speak as that device. */
export type FleetDevice = {
  id: string
  kind: string
  secret: string
  way: 'mqtt' | 'http'
  /** What a hub speaks for. */
  children: { id: string; kind: string }[]
  /** The home it stands in: devices of one home live one household's days. */
  home?: string
  /** Its village or estate, whose power goes and comes back together. */
  community?: string
  /** Who lives there, in the order of the meters' user numbers; it shapes their readings. */
  people?: FleetPerson[]
  /** A door reader's visitors: the numbers of their badges (hex), most frequent first. */
  badges?: string[]
}

/** What the simulator knows of an inhabitant: nothing that names one. */
export type FleetPerson = {
  bornIn?: number
  sex?: 'female' | 'male'
  conditions?: ('hypertension' | 'diabetes' | 'copd' | 'heart-failure')[]
}

/** Everybody knows these passwords, which is why demo installations listen on loopback. */
export const demoSignIns: readonly { username: string; name: string; role: Role }[] = [
  { username: 'lead', name: '王丽（班长）', role: 'shift-lead' },
  { username: 'desk1', name: '李静', role: 'seat' },
  { username: 'desk2', name: '赵敏', role: 'seat' },
  { username: 'auditor', name: '孙审计', role: 'auditor' },
]
export const DEMO_PASSWORD = 'anju-demo'

const SETTING = 'demo'
const SECRETS = 'demo-fleet'

/**
 * The demo households in a town of their own, which is all their sign-ins see; made once, and found again at later
 * starts with the devices' secrets, sealed in the database.
 */
export async function seedDemo(pool: pg.Pool, key: MasterKey, now: Date): Promise<FleetDevice[]> {
  const found = await pool.query<{ value: unknown }>('select value from setting where key = $1', [SETTING])
  const passwordHash = found.rowCount === 0 ? await hashPassword(DEMO_PASSWORD) : ''
  return transact(pool, async (tx) => {
    await lockSubjects(tx, [INSTALLATION])
    const fleet = (await readFleet(tx, key)) ?? (await makeDemo(tx, key, passwordHash, now))
    await tx.query('update app_user set disabled_at = null where username = any ($1) and disabled_at is not null', [
      usernames,
    ])
    return fleet
  })
}

/** With the demo switched off, nobody signs in with a password that everybody knows. */
export async function retireDemo(pool: pg.Pool, now: Date): Promise<void> {
  await transact(pool, async (tx) => {
    await lockSubjects(tx, [INSTALLATION])
    const seeded = await tx.query('select from setting where key = $1', [SETTING])
    if (seeded.length === 0) return
    await tx.query('update app_user set disabled_at = $1 where username = any ($2) and disabled_at is null', [
      now,
      usernames,
    ])
    await tx.query(
      `update session set revoked_at = $1 from app_user
        where app_user.id = session.user_id and username = any ($2) and revoked_at is null`,
      [now, usernames],
    )
  })
}

const usernames = demoSignIns.map((each) => each.username)

/** Sealed by us, so of the shape we wrote. */
const parseFleet: (text: string) => FleetDevice[] = JSON.parse

async function readFleet(tx: Tx, key: MasterKey): Promise<FleetDevice[] | null> {
  const [row] = await tx.query<{ value: unknown }>('select value from setting where key = $1', [SETTING])
  if (row === undefined) return null
  return parseFleet(open(key, SECRETS, SETTING, Buffer.from(String(row.value), 'base64')).toString())
}

async function makeDemo(tx: Tx, key: MasterKey, passwordHash: string, now: Date): Promise<FleetDevice[]> {
  const top = await ensureTopArea(tx, now)
  const town = await createArea(tx, { parentId: top.id, name: '临河镇', kind: 'town', now })
  for (const person of demoSignIns) await createUser(tx, { ...person, areaId: town.id, passwordHash, now })
  const communities = new Map<string, string>()
  const fleet: FleetDevice[] = []
  for (const household of demoHouseholds) {
    const name = household.community
    const areaId =
      communities.get(name) ?? (await createArea(tx, { parentId: town.id, name, kind: 'community', now })).id
    communities.set(name, areaId)
    fleet.push(...(await makeHousehold(tx, key, household, { areaId, within: town.path, now })))
  }
  const sealed = seal(key, SECRETS, SETTING, Buffer.from(JSON.stringify(fleet)))
  await tx.query('insert into setting (key, value) values ($1, $2)', [
    SETTING,
    JSON.stringify(sealed.toString('base64')),
  ])
  return fleet
}

async function makeHousehold(
  tx: Tx,
  key: MasterKey,
  { elder, partner, devices }: DemoHousehold,
  { areaId, within, now }: { areaId: string; within: string; now: Date },
): Promise<FleetDevice[]> {
  const { id: elderId, homeId } = await registerElder(tx, key, { ...elder, areaId, within, now })
  if (partner !== undefined) await registerElder(tx, key, { ...partner, homeId, within, now })
  const fleet: FleetDevice[] = []
  let hub: FleetDevice | undefined
  for (const { kind, label, way } of devices) {
    const through = way === 'through' ? hub : undefined
    const device = { kind, elderId, label, ...(through === undefined ? {} : { hubId: through.id }) }
    const { id, secret } = await registerDevice(tx, key, { ...device, within, now })
    if (through !== undefined) through.children.push({ id, kind })
    else fleet.push({ id, kind, secret, way: way === 'http' ? 'http' : 'mqtt', children: [] })
    if (kind === 'hub') hub = fleet.at(-1)
  }
  return fleet
}
