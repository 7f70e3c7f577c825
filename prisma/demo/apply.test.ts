import type pg from 'pg'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { testDatabase } from '@anju/test/postgres'
import { loadFitness } from '../credential/fitness.ts'
import { masterKey } from '../key.ts'
import { openPool, poolQuery } from '../tx.ts'
import { ensureAdministrator } from '../user/first.ts'
import { verifyPassword } from '../user/password.ts'
import { readTag } from '@anju/domain/proof/tag.fixture'
import { readTagUrl } from '../presence/read-tag.ts'
import { retireDemo, seedDemo } from './apply.ts'
import { demoDoors } from './door-tags.ts'
import { readRecord } from './record.ts'
import { DEMO_PASSWORD, demoSignIns } from './staff.ts'

const key = masterKey(new Uint8Array(32).fill(1))
const now = new Date('2026-11-22T08:00:00Z')

let database: Awaited<ReturnType<typeof testDatabase>>
let pool: pg.Pool
beforeEach(async () => {
  database = await testDatabase()
  pool = openPool(database.url, { max: 4, name: 'test' })
})
afterEach(async () => {
  await pool.end()
  await database.drop()
})

const count = async (table: string): Promise<number> =>
  (await pool.query<{ n: number }>(`select count(*)::int as n from ${table}`)).rows[0]?.n ?? -1

test('the demo is made once, also by several starters, and its devices’ secrets are found again', async () => {
  const [first, second] = await Promise.all([seedDemo(pool, key, now), seedDemo(pool, key, now)])
  const again = await seedDemo(pool, key, now)
  expect(second).toEqual(first)
  expect(again).toEqual(first)
  expect(first.slice(0, 5).map(({ kind, way, children }) => [kind, way, children.map((child) => child.kind)])).toEqual([
    ['button', 'mqtt', []],
    ['bp-meter', 'mqtt', []],
    ['hub', 'mqtt', ['button', 'bp-meter']],
    ['button', 'mqtt', []],
    ['bp-meter', 'http', []],
  ])
  expect(await count('elder')).toBe(301)
  expect(await count(`setting where key like 'demo%'`)).toBe(2)
})

test('its caregivers have their papers: three run out in 20 days, one ran out, one has no medical check', async () => {
  await seedDemo(pool, key, now)
  const day = '2026-11-22'
  const held = await pool.query<{ id: string; serviceId: string }>(
    `select caregiver.id, service.id as "serviceId" from caregiver, service
     where service.code = '1' and left_at is null order by caregiver.id`,
  )
  const verdicts = await Promise.all(
    held.rows.map(({ id, serviceId }) =>
      loadFitness(poolQuery(pool), { caregiverId: id, serviceIds: [serviceId], day }),
    ),
  )
  expect(
    verdicts.flatMap((verdict) => (verdict.fit ? [] : verdict.missing.map(({ kind, why }) => `${kind} ${why}`))),
  ).toEqual(expect.arrayContaining(['medical-check never', 'medical-check expired']))
  expect(verdicts.filter(({ fit }) => fit)).toHaveLength(held.rows.length - 2)
  expect(await count(`credential where expires_on = '2026-12-12'`)).toBe(3)
  expect([await count('service'), await count('contract'), await count('attendance')]).toEqual([16, 3, 9])
})

test('no secret of a demo device stands in the database as it is', async () => {
  const [device] = await seedDemo(pool, key, now)
  const { rows } = await pool.query<{ value: unknown }>('select value from setting')
  expect(JSON.stringify(rows)).not.toContain(device?.secret)
})

test('demo sign-ins see the demo county alone, a clerk her town, and none of the rest', async () => {
  await ensureAdministrator(pool, 'a good password', now)
  await seedDemo(pool, key, now)
  const { rows } = await pool.query<{ role: string; name: string }>(
    `select role, area.name from app_user join area on area.id = area_id
      where username <> 'desk2' and username not like 'caregiver%' order by role, app_user.username`,
  )
  expect(rows).toEqual([
    { role: 'administrator', name: '本县' },
    { role: 'auditor', name: '示例县' },
    { role: 'bureau', name: '示例县' },
    { role: 'provider', name: '示例县' },
    { role: 'seat', name: '示例县' },
    { role: 'shift-lead', name: '示例县' },
    { role: 'town-clerk', name: '临河镇' },
  ])
  const caregivers = await pool.query(
    `select from app_user join caregiver on caregiver.id = caregiver_id and caregiver.provider_id = app_user.provider_id
     where role = 'caregiver'`,
  )
  expect(caregivers.rowCount).toBe(40)
})

test('switched off, the demo’s passwords open nothing; switched on again, they do', async () => {
  const enabled = async () => {
    const { rows } = await pool.query<{ hash: string }>(
      'select password_hash as hash from app_user where username = any ($1) and disabled_at is null',
      [demoSignIns.map((each) => each.username)],
    )
    return rows
  }
  await retireDemo(pool, now)
  await seedDemo(pool, key, now)
  expect(await verifyPassword(DEMO_PASSWORD, (await enabled())[0]?.hash ?? null)).toBe(true)
  await pool.query(
    `insert into session (id, token_hash, user_id, created_at, expires_at, last_seen_at)
     select gen_random_uuid(), '', id, $1, $1, $1 from app_user limit 1`,
    [now],
  )
  await retireDemo(pool, now)
  expect(await enabled()).toEqual([])
  expect((await pool.query('select revoked_at from session')).rows).toEqual([{ revoked_at: now }])
  await seedDemo(pool, key, now)
  expect(await enabled()).toHaveLength(demoSignIns.length)
})

test('switched off, its devices are asked after no more and raise nothing; switched on again, they are', async () => {
  await seedDemo(pool, key, now)
  const pending = () => count(`deadline where kind = 'device-silent' and state = 'pending'`)
  const asked = await pending()
  expect(asked).toBeGreaterThan(500)
  const record = `(select (value->>'areaId')::uuid from setting where key = 'demo-county')`
  // One that a person registered there is theirs.
  await pool.query(
    `insert into device (id, kind, area_id, secret_hash, http_key_sealed, silent_after_s, created_at)
     values ('real', 'button', ${record}, '', '', 900, $1)`,
    [new Date(now.getTime() + 1000)],
  )
  await pool.query(
    `insert into deadline (id, kind, ref, subject, due_at, state)
     values (gen_random_uuid(), 'device-silent', 'real', 'device:real', $1, 'pending')`,
    [now],
  )
  // Some were found silent within the minute that collects them.
  const silent = new Date(now.getTime() - 1000)
  await pool.query(
    `update device_state set silent_since = $1 where device_id in (select id from device where kind = 'button' limit 20)`,
    [silent],
  )
  await retireDemo(pool, now)
  expect(await pending()).toBe(1)
  expect(await count(`device_state where silent_since = '${silent.toISOString()}'`)).toBe(0)
  await seedDemo(pool, key, now)
  expect(await pending()).toBe(asked + 1)
  await seedDemo(pool, key, now)
  expect(await pending()).toBe(asked + 1)
})

test('a demo sign-in that was moved out of its county is switched off with the rest', async () => {
  await ensureAdministrator(pool, 'a good password', now)
  await seedDemo(pool, key, now)
  const { rows } = await pool.query(
    `update app_user set area_id = (select id from area where parent_id is null), role = 'administrator'
      where username = 'lead' returning id`,
  )
  await retireDemo(pool, now)
  const left = await pool.query('select username from app_user where disabled_at is null')
  expect([rows.length, left.rows]).toEqual([1, [{ username: 'admin' }]])
})

test('an installation people work with already gets no demo by a forgotten ANJU_DEMO=off', async () => {
  await ensureAdministrator(pool, 'a good password', now)
  await pool.query(
    `insert into app_user (id, username, name, role, area_id, created_at)
     select gen_random_uuid(), null, '王丽', 'seat', area_id, $1 from app_user`,
    [now],
  )
  await expect(seedDemo(pool, key, now)).rejects.toThrow('start it with ANJU_DEMO=off')
  expect(await count('app_user')).toBe(2)
  expect(await count('setting')).toBe(0)
})

test('the first administrator is made once; a password made up here is told once', async () => {
  const told = await Promise.all([ensureAdministrator(pool, null, now), ensureAdministrator(pool, null, now)])
  const passwords = told.filter((each) => each !== null)
  expect(passwords).toEqual([expect.stringMatching(/^[a-z2-9]{16}$/)])
  const { rows } = await pool.query<{ username: string; hash: string }>(
    'select username, password_hash as hash from app_user',
  )
  expect(rows.map((row) => row.username)).toEqual(['admin'])
  expect(await verifyPassword(passwords[0] ?? '', rows[0]?.hash ?? null)).toBe(true)
  expect(await ensureAdministrator(pool, 'another one', now)).toBeNull()
})

test('what the demo’s caregivers missed while it was off is nobody’s alarm when it is on again', async () => {
  await seedDemo(pool, key, now)
  const later = new Date(now.getTime() + 3 * 86_400_000)
  await seedDemo(pool, key, later)
  const { rows } = await pool.query(
    `select count(*) filter (where state in ('planned', 'assigned', 'accepted', 'on-the-way', 'in-service'))::int as open,
            count(*) filter (where state = 'cancelled') > 20 as cancelled
     from visit where planned_to < $1`,
    [new Date(later.getTime() - 2 * 3_600_000)],
  )
  expect(rows).toEqual([{ open: 0, cancelled: true }])
  const asked = await pool.query(
    `select from deadline join visit on visit.id::text = ref where deadline.state = 'pending' and planned_to < $1`,
    [new Date(later.getTime() - 2 * 3_600_000)],
  )
  expect(asked.rowCount).toBe(0)
})

test('of devices that nobody plays no silence is asked after; played again, each is given its time', async () => {
  const pending = async (): Promise<number> => {
    const { rows } = await pool.query<{ n: number }>(
      `select count(*)::integer as n from deadline where kind = 'device-silent' and state = 'pending'`,
    )
    return rows[0]?.n ?? 0
  }
  await seedDemo(pool, key, now)
  const played = await pending()
  expect(played).toBeGreaterThan(100)
  await seedDemo(pool, key, now, { played: false })
  expect(await pending()).toBe(0)
  await seedDemo(pool, key, now)
  expect(await pending()).toBe(played)
})

const rest = { hours: (n: number) => new Date(now.getTime() + n * 3_600_000) }
const dueSoon = (at: Date) =>
  count(`deadline where kind = 'visit-due' and state = 'pending' and due_at <= '${at.toISOString()}'`)

test('played, every visit ahead is asked after once, however often it starts; unplayed, none is', async () => {
  await seedDemo(pool, key, now)
  const pending = () => count(`deadline where kind = 'visit-due' and state = 'pending'`)
  const ahead = await count(`visit where state in ('planned', 'assigned', 'accepted', 'on-the-way', 'in-service')`)
  expect(ahead).toBeGreaterThan(50)
  expect(await pending()).toBe(ahead)
  await seedDemo(pool, key, now)
  expect(await pending()).toBe(ahead)
  await seedDemo(pool, key, now, { played: false })
  expect([await pending(), await count(`deadline where kind = 'visit-plan-due' and state = 'pending'`)]).toEqual([0, 0])
  await seedDemo(pool, key, now)
  expect(await pending()).toBe(ahead)
})

test('after a week’s rest nothing is late at once: the caregivers are given time, and the board is made on', async () => {
  await seedDemo(pool, key, now)
  const later = rest.hours(7 * 24)
  await seedDemo(pool, key, later)
  expect(await dueSoon(later)).toBe(0)
  expect(await count(`alarm where kind like 'caregiver-%'`)).toBe(0)
  const plans = await count(
    `deadline where kind = 'visit-plan-due' and state = 'pending' and due_at < '${rest.hours(7 * 24 + 1).toISOString()}'`,
  )
  expect(plans).toBeGreaterThan(200)
})

test('every door’s tag holds keys of its own under the county’s, and is known as whoever wrote it knows it', async () => {
  await seedDemo(pool, key, now)
  const record = await readRecord(poolQuery(pool))
  if (record === null) throw new Error('no demo')
  const doors = await demoDoors(poolQuery(pool), key, record, 'http://127.0.0.1:8080')
  expect(doors.length).toBe(await count(`tag where kind = 'door'`))
  expect(new Set(doors.map(({ keys }) => keys.fileRead)).size).toBe(doors.length)
  const [door] = doors
  if (!door) throw new Error('no door')
  const file = readTag(
    {
      uid: door.uid,
      counter: door.reads + 1,
      metaRead: Buffer.from(door.keys.metaRead, 'hex'),
      fileRead: Buffer.from(door.keys.fileRead, 'hex'),
      random: Buffer.alloc(5, 7),
      wire: 'CC',
    },
    Buffer.from(door.ndef, 'hex'),
    Buffer.from(door.fileSettings, 'hex'),
  )
  const read = await readTagUrl(poolQuery(pool), key, `http://${file.slice(7)}`)
  expect(read).toMatchObject({ tag: { homeId: door.home }, verdict: { ok: true, counter: door.reads + 1 } })
})
