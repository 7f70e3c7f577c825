import { FIRST_ASSIGNMENT_LEAD_MS, idPrefix, silentAfterS, type DeviceKind } from '@anju/domain/device/kinds'
import { givenName, surname } from '@anju/prisma/demo/names'
import { Random } from '@anju/prisma/demo/random'
import { insertTerms, termsOf, type Term } from '@anju/prisma/elder/terms'
import { newId } from '@anju/prisma/id'
import { transact } from '@anju/prisma/tx'
import type pg from 'pg'
import { inBulk } from './bulk.ts'

export const COUNTY = 100_000
const TOWNS = 25
const COMMUNITIES = 500
const PORTION = 10_000
const WORDS = ['柳树', '荷花', '石桥', '青山', '白鹭', '松坡', '竹林', '茶园', '古井', '东岭'] as const
const MONTH_MS = 30 * 86_400_000

export interface BigCounty {
  areaId: string
  areaPath: string
  community: { id: string; name: string }
  /** Somebody in the middle of the county. */
  elder: { id: string; homeId: string; name: string; phone: string }
}

/** A hundred thousand elders with homes on a map, terms to be found by, a button each and meters for every third. */
export async function seedCounty(pool: pg.Pool, now: Date): Promise<BigCounty> {
  const random = new Random('bench county')
  const { areaId, areaPath, communities } = await seedAreas(pool, now)
  let elder: BigCounty['elder'] | undefined
  await inBulk(pool, ['elder_term', 'contact', 'residence', 'assignment', 'deadline'], async () => {
    for (let first = 0; first < COUNTY; first += PORTION) {
      const people = peopleOf(random, first, communities, now)
      await seedPeople(pool, people, now)
      await seedDevices(pool, 'button', people, now)
      await seedDevices(
        pool,
        'bp-meter',
        people.filter((_, i) => i % 3 === 0),
        now,
      )
      const middle = people[PORTION / 2]
      if (first === COUNTY / 2 && middle) elder = middle
    }
  })
  await pool.query(
    'vacuum analyze area, home, elder, contact, residence, elder_term, device, device_state, assignment, deadline',
  )
  const community = communities[COMMUNITIES / 2]
  if (elder === undefined || community === undefined) throw new Error('an empty county')
  return { areaId, areaPath, community, elder }
}

type Community = { id: string; path: string; name: string; lon: number; lat: number }

async function seedAreas(
  pool: pg.Pool,
  now: Date,
): Promise<{ areaId: string; areaPath: string; communities: Community[] }> {
  const county = newId(now)
  const areaPath = `/${county}/`
  await pool.query(`insert into area (id, path, name, kind, created_at) values ($1, $2, '大县', 'county', $3)`, [
    county,
    areaPath,
    now,
  ])
  const towns = Array.from({ length: TOWNS }, (_, i) => ({
    id: newId(now),
    name: `${WORDS[i % 10]}镇${Math.floor(i / 10) + 1}`,
  }))
  const communities = Array.from({ length: COMMUNITIES }, (_, i): Community => {
    const id = newId(now)
    const town = towns[i % TOWNS]
    const name = `${WORDS[Math.floor(i / 10) % 10]}${WORDS[i % 10]}村${Math.floor(i / 100) + 1}`
    return {
      id,
      name,
      path: `${areaPath}${town?.id}/${id}/`,
      lon: 104 + (i % 25) * 0.03,
      lat: 30 + Math.floor(i / 25) * 0.03,
    }
  })
  await pool.query(
    `insert into area (id, parent_id, path, name, kind, created_at)
     select id, $2, $3 || id || '/', name, 'town', $4 from unnest($1::uuid[], $5::text[]) as t (id, name)`,
    [towns.map(({ id }) => id), county, areaPath, now, towns.map(({ name }) => name)],
  )
  await pool.query(
    `insert into area (id, parent_id, path, name, kind, created_at)
     select id, parent_id, path, name, 'community', $5
     from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[]) as c (id, parent_id, path, name)`,
    [
      communities.map(({ id }) => id),
      communities.map((_, i) => towns[i % TOWNS]?.id),
      communities.map(({ path }) => path),
      communities.map(({ name }) => name),
      now,
    ],
  )
  return { areaId: county, areaPath, communities }
}

interface Person {
  id: string
  homeId: string
  community: Community
  name: string
  phone: string
  contactPhone: string
  lon: number
  lat: number
  since: Date
  bornIn: number
}

function peopleOf(random: Random, first: number, communities: readonly Community[], now: Date): Person[] {
  return Array.from({ length: PORTION }, (_, i) => {
    const n = first + i
    const since = new Date(now.getTime() - 60 * MONTH_MS + n * 1000)
    const community = communities[n % COMMUNITIES]
    if (community === undefined) throw new Error('no community')
    const bornIn = random.whole(1926, 1965)
    const name = surname(random) + givenName(random, n % 2 === 0 ? 'female' : 'male', bornIn)
    const number = (offset: number): string => `1990${String((n * 7919 + offset) % 10_000_000).padStart(7, '0')}`
    return {
      id: newId(since),
      homeId: newId(since),
      community,
      name,
      phone: number(0),
      contactPhone: number(5_000_000),
      lon: community.lon + random.between(-0.012, 0.012),
      lat: community.lat + random.between(-0.012, 0.012),
      since,
      bornIn,
    }
  })
}

const sounds = new Map<string, Term[]>()

/** What a name is found by is asked once: a county has few thousand names. */
function termsOfPerson({ name, phone, contactPhone }: Person): Term[] {
  let named = sounds.get(name)
  if (named === undefined) sounds.set(name, (named = termsOf({ names: [name], phones: [], contactPhones: [] })))
  return [...named, ...termsOf({ names: [], phones: [phone], contactPhones: [contactPhone] })]
}

async function seedPeople(pool: pg.Pool, people: readonly Person[], now: Date): Promise<void> {
  await transact(pool, async (tx) => {
    tx.send(
      `insert into home (id, area_id, address, landmark, lon, lat, given_lon, given_lat, position_system, created_at)
       select id, area_id, name || n || '号', '井边第' || n || '家', lon, lat, lon, lat, 'wgs84', since
       from unnest($1::uuid[], $2::uuid[], $3::text[], $4::float8[], $5::float8[], $6::timestamptz[])
         with ordinality as h (id, area_id, name, lon, lat, since, n)`,
      [
        people.map((each) => each.homeId),
        people.map((each) => each.community.id),
        people.map((each) => each.community.name),
        people.map((each) => each.lon),
        people.map((each) => each.lat),
        people.map((each) => each.since),
      ],
    )
    tx.send(
      `insert into elder (id, home_id, name, phone, born_on, conditions, created_at)
       select id, home_id, name, phone, make_date(born, 5, 5), '高血压', since
       from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::integer[], $6::timestamptz[])
         as e (id, home_id, name, phone, born, since)`,
      [
        people.map((each) => each.id),
        people.map((each) => each.homeId),
        people.map((each) => each.name),
        people.map((each) => each.phone),
        people.map((each) => each.bornIn),
        people.map((each) => each.since),
      ],
    )
    tx.send(
      `insert into contact (id, elder_id, rung, name, relation, phone)
       select gen_random_uuid(), id, 1, '家人', '女儿', phone from unnest($1::uuid[], $2::text[]) as c (id, phone)`,
      [people.map((each) => each.id), people.map((each) => each.contactPhone)],
    )
    tx.send(
      `insert into residence (id, elder_id, home_id, valid_from)
       select gen_random_uuid(), id, home_id, since from unnest($1::uuid[], $2::uuid[], $3::timestamptz[]) as r (id, home_id, since)`,
      [people.map((each) => each.id), people.map((each) => each.homeId), people.map((each) => each.since)],
    )
    // A thousandth has died, and as many are away.
    const some = people.filter((_, i) => i % 1000 === 0).map(({ id }) => id)
    tx.send(
      `insert into absence (id, elder_id, kind, away_from, created_at) select gen_random_uuid(), id, 'hospital', $2, $2 from unnest($1::uuid[]) as a (id)`,
      [some, now],
    )
    insertTerms(
      tx,
      people.flatMap((person) => termsOfPerson(person).map((term) => ({ elderId: person.id, ...term }))),
    )
    await tx.flush()
  })
}

/** Registered and heard of: most lately, some late, some silent; firmware and batteries as a fleet has them. */
async function seedDevices(pool: pg.Pool, kind: DeviceKind, people: readonly Person[], now: Date): Promise<void> {
  const ids = people.map(({ id }) => `${idPrefix[kind]}-${id.slice(0, 8)}${id.slice(24)}`)
  await transact(pool, async (tx) => {
    tx.send(
      `insert into device (id, kind, area_id, label, serial, secret_hash, http_key_sealed, silent_after_s, created_at)
       select id, $3, area_id, '床头', upper(id), '', '', $4, since
       from unnest($1::text[], $2::uuid[], $5::timestamptz[]) as d (id, area_id, since)`,
      [ids, people.map(({ community }) => community.id), kind, silentAfterS[kind], people.map(({ since }) => since)],
    )
    tx.send(
      `insert into device_state (device_id, boot, seq, online, battery, rssi, firmware, state_received_at, last_message_at, silent_since)
       select id, 1, n, n % 50 <> 0, 5 + n % 96, -50 - n % 45, (array['2.4.1', '2.3.0', '2.1.7'])[1 + n % 3], heard, heard,
              case when n % 200 = 0 then heard + interval '15 minutes' end
       from unnest($1::text[]) with ordinality as s (id, n)
       cross join lateral (select $2::timestamptz - (case when n % 50 = 0 then 86400 else n % 240 end) * interval '1 second' as heard) as h`,
      [ids, now],
    )
    tx.send(
      `insert into assignment (id, device_id, home_id, elder_id, valid_from)
       select gen_random_uuid(), id, home_id, elder_id, since
       from unnest($1::text[], $2::uuid[], $3::uuid[], $4::timestamptz[]) as a (id, home_id, elder_id, since)`,
      [
        ids,
        people.map(({ homeId }) => homeId),
        people.map(({ id }) => id),
        people.map(({ since }) => new Date(since.getTime() - FIRST_ASSIGNMENT_LEAD_MS)),
      ],
    )
    tx.send(
      `insert into deadline (id, kind, ref, subject, due_at, state)
       select gen_random_uuid(), 'device-silent', id, 'device:' || id, $2, 'pending' from unnest($1::text[]) as d (id)`,
      [ids, new Date(now.getTime() + 3_600_000)],
    )
    await tx.flush()
  })
}
