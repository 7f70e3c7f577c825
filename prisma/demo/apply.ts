import { CannotStart } from '@anju/domain/cannot-start'
import type pg from 'pg'
import { TOLD_OF_SILENCE } from '../alarm/silence.ts'
import { armDeadlines } from '../deadline/apply.ts'
import type { MasterKey } from '../key.ts'
import { lockSubjects, poolQuery, transact, type Tx } from '../tx.ts'
import { INSTALLATION } from '../user/first.ts'
import { hashPassword } from '../user/password.ts'
import { giveDoorKeys } from './door-tags.ts'
import type { FleetDevice } from './fleet.ts'
import { type DemoRecord, readFleet, readRecord, writeFleet, writeRecord } from './record.ts'
import { keepShifts } from './shifts.ts'
import { DEMO_PASSWORD, demoUsernames, demoUsers, madeIds } from './staff.ts'
import { askNoMoreOfVisits, askOfVisits, letVisitsPass } from './visits-played.ts'

/** The same seed makes the same people, addresses and readings, wherever and whenever. */
export const DEMO_SEED = 'anju'

/**
 * The demo county in an area of its own, which is all its sign-ins see; made once, and found again at later starts
 * with the devices' secrets, sealed in the database. Its history is `fillHistory`'s. Throws CannotStart for an
 * installation at work without a demo: a forgotten `ANJU_DEMO=off` must not let everybody's passwords in. `played`:
 * whether the simulator lets its devices speak; of those that nobody plays no silence is asked after.
 */
export async function seedDemo(
  pool: pg.Pool,
  key: MasterKey,
  now: Date,
  { seed = DEMO_SEED, played = true }: { seed?: string | undefined; played?: boolean } = {},
): Promise<FleetDevice[]> {
  const made = (await readFleet(poolQuery(pool), key)) !== null
  const passwordHash = made ? '' : await hashPassword(DEMO_PASSWORD)
  return transact(pool, async (tx) => {
    await lockSubjects(tx, [INSTALLATION])
    const fleet = (await readFleet(tx, key)) ?? (await make(tx, key, { seed, passwordHash, now }))
    await tx.query(
      `update app_user set disabled_at = null
        where username = any ($1) and disabled_at is not null and id = any ($2)`,
      [usernames, await own(tx)],
    )
    const record = await readRecord(tx)
    if (record !== null) {
      await giveDoorKeys(tx, key, record, now)
      await letVisitsPass(tx, record, now)
      await (played ? askAgain : askNoMore)(tx, record, now)
      await keepShifts(tx, record, { ...record, users: await demoUsers(tx, record.areaPath), now })
    }
    return fleet
  })
}

async function make(
  tx: Tx,
  key: MasterKey,
  how: { seed: string; passwordHash: string; now: Date },
): Promise<FleetDevice[]> {
  await requireUnused(tx)
  // Loaded only now: most starts find a county and need not know how one is made.
  const { makeCounty } = await import('./make.ts')
  const { fleet, areaId, areaPath } = await makeCounty(tx, key, how)
  await writeFleet(tx, key, fleet)
  await writeRecord(tx, { seed: how.seed, base: how.now.getTime(), areaId, areaPath, history: 0 })
  return fleet
}

async function requireUnused(tx: Tx): Promise<void> {
  const [used] = await tx.query(
    `select where exists (select from elder) or exists (select from device where purpose = 'care') or (select count(*) from app_user) > 1`,
  )
  if (used === undefined) return
  throw new CannotStart('People already work with this installation and it has no demo: start it with ANJU_DEMO=off.')
}

/**
 * With the demo switched off, nobody signs in with a password that everybody knows, and nobody is told that its
 * devices, which nothing plays any more, are silent.
 */
export async function retireDemo(pool: pg.Pool, now: Date): Promise<void> {
  await transact(pool, async (tx) => {
    await lockSubjects(tx, [INSTALLATION])
    const record = await readRecord(tx)
    if (record !== null) await askNoMore(tx, record, now)
    const users = await own(tx)
    if (users.length === 0) return
    await tx.query('update app_user set disabled_at = $1 where id = any ($2) and disabled_at is null', [now, users])
    await tx.query('update session set revoked_at = $1 where user_id = any ($2) and revoked_at is null', [now, users])
  })
}

/** The demo's own devices: what a person registered in its county came later. */
const demoDevices = `device join area on area.id = device.area_id
  where starts_with(area.path, $1) and device.created_at <= $2`

/** Whether they have gone silent is no question any more, nor are those that were just found to be. */
async function askNoMore(tx: Tx, record: DemoRecord, now: Date): Promise<void> {
  const { areaPath, base } = record
  await tx.query(
    `update deadline set state = 'moot', decided_at = $3, verdict = '{"why": "not-played"}'
     where kind = 'device-silent' and state = 'pending' and ref in (select device.id from ${demoDevices})`,
    [areaPath, new Date(base), now],
  )
  await tx.query(
    `update device_state s set silent_since = null
     where silent_since is not null and device_id in (select device.id from ${demoDevices})
       and not exists (${TOLD_OF_SILENCE})`,
    [areaPath, new Date(base)],
  )
  await askNoMoreOfVisits(tx, record, now)
}

/** Played again, each is given its time to speak before it is asked after. */
async function askAgain(tx: Tx, record: DemoRecord, now: Date): Promise<void> {
  const { areaPath, base } = record
  const devices = await tx.query<{ id: string; silentAfterS: number }>(
    `select device.id, device.silent_after_s as "silentAfterS" from ${demoDevices} and device.revoked_at is null
       and not exists (select from deadline where kind = 'device-silent' and ref = device.id and state = 'pending')`,
    [areaPath, new Date(base)],
  )
  armDeadlines(
    tx,
    devices.map(({ id, silentAfterS }) => ({
      kind: 'device-silent',
      ref: id,
      subject: `device:${id}`,
      dueAt: new Date(now.getTime() + silentAfterS * 1000),
    })),
  )
  await askOfVisits(tx, record, now)
}

const usernames = demoUsernames

/** The demo's users. A demo of a release before the county had no record: there every such name is the demo's. */
async function own(tx: Tx): Promise<string[]> {
  const record = await readRecord(tx)
  if (record !== null) {
    const inCounty = await demoUsers(tx, record.areaPath)
    return [...new Set([...inCounty.values(), ...madeIds({ ...record, base: new Date(record.base) })])]
  }
  const [demo] = await tx.query(`select from setting where key = 'demo'`)
  if (demo === undefined) return []
  const rows = await tx.query<{ id: string }>('select id from app_user where username = any ($1)', [usernames])
  return rows.map(({ id }) => id)
}
