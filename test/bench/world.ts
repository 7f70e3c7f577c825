import { FIRST_ASSIGNMENT_LEAD_MS, silentAfterS, type DeviceKind } from '@anju/domain/device/kinds'
import { HTTP_KEY_PURPOSE, httpKeyOf, newSecret, secretHash } from '@anju/prisma/device/secret'
import { newId } from '@anju/prisma/id'
import { masterKey, seal } from '@anju/prisma/key'
import type pg from 'pg'

/** Every device of a benchmark has it, so that the load generator needs no list. */
export const SECRET = newSecret()
export const KEY_HEX = '07'.repeat(32)

const COMMUNITY = 200 // elders to a community

export type Town = { areaPath: string; elders: number }

/**
 * A town of `elders`, one to a home, each with a meter `bench-m-<n>` and a button `bench-b-<n>`, registered as
 * `registerDevice` leaves them, but in a few statements: ten thousand transactions would take the benchmark's time.
 */
export async function seedTown(pool: pg.Pool, elders: number, now: Date): Promise<Town> {
  const townId = newId(now)
  const areaPath = `/${townId}/`
  await pool.query(`insert into area (id, path, name, kind, created_at) values ($1, $2, '临河县', 'county', $3)`, [
    townId,
    areaPath,
    now,
  ])
  const communities = Array.from({ length: Math.ceil(elders / COMMUNITY) }, () => newId(now))
  await pool.query(
    `insert into area (id, parent_id, path, name, kind, created_at)
     select id, $2, $3 || id || '/', '第' || n || '社区', 'community', $4 from unnest($1::uuid[]) with ordinality as c (id, n)`,
    [communities, townId, areaPath, now],
  )
  const homes = Array.from({ length: elders }, () => newId(now))
  const people = Array.from({ length: elders }, () => newId(now))
  const areas = people.map((_, i) => communities[Math.floor(i / COMMUNITY)])
  await pool.query(
    `insert into home (id, area_id, address, landmark, created_at)
     select id, area_id, '建设路' || n || '号', '井边第' || n || '家', $3
     from unnest($1::uuid[], $2::uuid[]) with ordinality as h (id, area_id, n)`,
    [homes, areas, now],
  )
  await pool.query(
    `insert into elder (id, home_id, name, created_at)
     select id, home_id, '老人' || n, $3 from unnest($1::uuid[], $2::uuid[]) with ordinality as e (id, home_id, n)`,
    [people, homes, now],
  )
  await seedDevices(pool, 'bp-meter', { prefix: 'bench-m', homes, people, areas }, now)
  await seedDevices(pool, 'button', { prefix: 'bench-b', homes, people, areas }, now)
  await pool.query('vacuum analyze area, home, elder, device, device_state, assignment, deadline')
  return { areaPath, elders }
}

type Places = { prefix: string; homes: string[]; people: string[]; areas: (string | undefined)[] }

async function seedDevices(pool: pg.Pool, kind: DeviceKind, places: Places, now: Date): Promise<void> {
  const ids = places.homes.map((_, i) => `${places.prefix}-${i + 1}`)
  const key = masterKey(Buffer.from(KEY_HEX, 'hex'))
  await pool.query(
    `insert into device (id, kind, area_id, secret_hash, http_key_sealed, silent_after_s, created_at)
     select id, $2, area_id, $4, sealed, $5, $6 from unnest($1::text[], $3::uuid[], $7::bytea[]) as d (id, area_id, sealed)`,
    [
      ids,
      kind,
      places.areas,
      secretHash(SECRET),
      silentAfterS[kind],
      now,
      ids.map((id) => seal(key, HTTP_KEY_PURPOSE, id, httpKeyOf(SECRET))),
    ],
  )
  await pool.query('insert into device_state (device_id) select unnest($1::text[])', [ids])
  await pool.query(
    `insert into assignment (id, device_id, home_id, elder_id, valid_from)
     select id, device_id, home_id, elder_id, $5
     from unnest($1::uuid[], $2::text[], $3::uuid[], $4::uuid[]) as a (id, device_id, home_id, elder_id)`,
    [ids.map(() => newId(now)), ids, places.homes, places.people, new Date(now.getTime() - FIRST_ASSIGNMENT_LEAD_MS)],
  )
  await pool.query(
    `insert into deadline (id, kind, ref, subject, due_at, state)
     select id, 'device-silent', ref, 'device:' || ref, $3, 'pending' from unnest($1::uuid[], $2::text[]) as d (id, ref)`,
    [ids.map(() => newId(now)), ids, new Date(now.getTime() + silentAfterS[kind] * 1000)],
  )
}
