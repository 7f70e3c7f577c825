import { hash } from 'node:crypto'
import type { PresenceFact } from '@anju/domain/visit/check/facts'
import type pg from 'pg'
import type { Draft } from './county.ts'

/** The id in the database of something that is named in a made-up month. */
export function uuidOf(name: string): string {
  const hex = hash('sha256', name)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-9${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

const AREA = uuidOf('county')
const AT_ONCE = 5000

/**
 * Stores made-up visits as the platform would have: people, homes, tags, phones, and all that was said of each visit.
 * What a file says of a whole person (death, credentials) stays out, since each draft has its own.
 */
export async function seedVisits(
  pool: pg.Pool,
  visits: readonly Draft[],
): Promise<{ areaId: string; areaPath: string }> {
  const areaPath = `/${AREA}/`
  const put = async (rows: readonly object[], text: string): Promise<void> => {
    for (let at = 0; at < rows.length; at += AT_ONCE)
      await pool.query(text, [JSON.stringify(rows.slice(at, at + AT_ONCE))])
  }
  await pool.query(
    `insert into area (id, kind, name, path, time_zone, created_at) values ($1, 'county', '安居县', $2, 'UTC', '2020-01-01')
     on conflict do nothing`,
    [AREA, areaPath],
  )
  const reads = visits.flatMap((visit) => visit.presences)
  const workers = [...new Map(visits.map(({ worker }) => [worker.id, worker])).values()]
  const homes = new Map(workers.flatMap(({ homes: own }) => own.map((home) => [home.id, home.pinned] as const)))
  // A scheme may give a visit a home of its own.
  for (const read of reads)
    if (read.homeId !== null && !homes.has(read.homeId)) homes.set(read.homeId, { lon: 0, lat: 0 })
  await put(
    unique(workers.map(({ providerId }) => ({ id: uuidOf(providerId), name: providerId }))),
    `insert into provider (id, area_id, name, created_at) select id, '${AREA}', name, '2020-01-01'
     from jsonb_to_recordset($1) as x(id uuid, name text) on conflict do nothing`,
  )
  await put(
    unique([
      ...workers.map(({ id, providerId }) => ({ id: uuidOf(id), provider: uuidOf(providerId), name: id })),
      ...reads.flatMap(({ caregiverId }) =>
        caregiverId === null
          ? []
          : [{ id: uuidOf(caregiverId), provider: uuidOf(workers[0]?.providerId ?? ''), name: caregiverId }],
      ),
    ]),
    `insert into caregiver (id, provider_id, name, created_at) select id, provider, name, '2020-01-01'
     from jsonb_to_recordset($1) as x(id uuid, provider uuid, name text) on conflict do nothing`,
  )
  await put(
    [
      ...[...homes].map(([id, at]) => ({ id: uuidOf(id), ...at })),
      ...visits
        .filter(({ home, homeId }) => home !== homes.get(homeId))
        .map((visit) => ({ id: uuidOf(homeIdOf(visit, homes)), ...visit.home })),
    ],
    `insert into home (id, area_id, lon, lat, given_lon, given_lat, position_system, created_at)
     select id, '${AREA}', lon, lat, lon, lat, 'wgs84', '2020-01-01'
     from jsonb_to_recordset($1) as x(id uuid, lon float8, lat float8) on conflict do nothing`,
  )
  await put(
    unique(visits.map(({ elder, homeId }) => ({ id: uuidOf(elder.id), home: uuidOf(homeId), name: elder.id }))),
    `insert into elder (id, home_id, name, created_at) select id, home, name, '2020-01-01'
     from jsonb_to_recordset($1) as x(id uuid, home uuid, name text) on conflict do nothing`,
  )
  await put(
    unique(
      workers.flatMap(({ homes: own }) =>
        own.map(({ id, tagId }) => ({
          id: uuidOf(tagId),
          uid: uuidOf(tagId).replaceAll('-', '').slice(0, 14).toUpperCase(),
          home: uuidOf(id),
        })),
      ),
    ),
    `insert into tag (id, uid, kind, home_id, created_at) select id, uid, 'door', home, '2020-01-01'
     from jsonb_to_recordset($1) as x(id uuid, uid text, home uuid) on conflict do nothing`,
  )
  await put(
    unique(reads.flatMap(({ phone }) => (phone ? [{ id: uuidOf(phone.id), shared: phone.sharedSince }] : []))),
    `insert into phone (id, first_seen_at, last_seen_at, shared_since) select id, '2026-01-01', '2026-03-31', shared
     from jsonb_to_recordset($1) as x(id uuid, shared timestamptz) on conflict do nothing`,
  )
  await put(
    [
      { code: '3', conditions: [] },
      { code: '12', conditions: ['family-present'] },
    ].map((one) => ({ ...one, id: uuidOf(`service ${one.code}`) })),
    `insert into service (id, area_id, code, category, name, min_minutes, conditions, made_at)
     select id, '${AREA}', code, 'cleaning', code, 30, array(select jsonb_array_elements_text(conditions)), '2020-01-01'
     from jsonb_to_recordset($1) as x(id uuid, code text, conditions jsonb) on conflict do nothing`,
  )
  await put(
    visits.map((visit) => ({
      id: uuidOf(visit.id),
      elder: uuidOf(visit.elder.id),
      home: uuidOf(homeIdOf(visit, homes)),
      provider: uuidOf(visit.providerId),
      caregiver: uuidOf(visit.worker.id),
      from: visit.plannedFrom,
      to: visit.plannedTo,
      state: visit.state,
      began: visit.beganAt,
      left: visit.leftAt,
    })),
    `insert into visit (id, area_id, area_path, elder_id, home_id, provider_id, caregiver_id, planned_from, planned_to, state,
                        began_at, left_at, made_at)
     select id, '${AREA}', '${areaPath}', elder, home, provider, caregiver, "from", "to", state, began, "left", '2026-02-20'
     from jsonb_to_recordset($1) as x(id uuid, elder uuid, home uuid, provider uuid, caregiver uuid, "from" timestamptz,
       "to" timestamptz, state text, began timestamptz, "left" timestamptz)`,
  )
  await put(
    visits.flatMap((visit) => visit.presences.map((read) => presenceRow(visit, read, homes))),
    `insert into presence (id, visit_id, part, way, at, device_at, received_at, caregiver_id, home_id, tag_id, counter, phone_id,
                           position, grade, reasons)
     select id, visit, part, way, at, device, received, caregiver, home, tag, counter, phone, position, 'supported', reasons
     from jsonb_to_recordset($1) as x(id uuid, visit uuid, part text, way text, at timestamptz, device timestamptz,
       received timestamptz, caregiver uuid, home uuid, tag uuid, counter int, phone uuid, position jsonb, reasons jsonb)`,
  )
  await put(
    visits.flatMap((visit) =>
      visit.photos.map(({ id, digest, look, takenAt, receivedAt }) => ({
        id: uuidOf(id),
        visit: uuidOf(visit.id),
        digest,
        look: look && Buffer.from(look).toString('hex'),
        taken: takenAt,
        received: receivedAt,
      })),
    ),
    `insert into visit_file (id, visit_id, kind, type, digest, look, taken_at, received_at)
     select id, visit, 'photo', 'image/jpeg', decode(digest, 'hex'), decode(look, 'hex'), taken, received
     from jsonb_to_recordset($1) as x(id uuid, visit uuid, digest text, look text, taken timestamptz, received timestamptz)`,
  )
  await put(
    visits.flatMap((visit) =>
      visit.done.map(({ code, said }) => ({
        visit: uuidOf(visit.id),
        service: uuidOf(`service ${code}`),
        said,
      })),
    ),
    `insert into visit_service (visit_id, service_id, planned, done_at, conditions) select visit, service, true, '2026-03-31', said
     from jsonb_to_recordset($1) as x(visit uuid, service uuid, said jsonb)`,
  )
  return { areaId: AREA, areaPath }
}

/** A visit that was staged elsewhere stands in a home of its own there. */
function homeIdOf({ id, home, homeId }: Draft, homes: ReadonlyMap<string, { lon: number; lat: number }>): string {
  const pinned = homes.get(homeId)
  return home === null || pinned === undefined || (pinned.lon === home.lon && pinned.lat === home.lat)
    ? homeId
    : `home of ${id}`
}

function presenceRow(visit: Draft, read: PresenceFact, homes: Parameters<typeof homeIdOf>[1]): object {
  const own = (id: string | null): string | null => (id === null ? null : uuidOf(id))
  return {
    id: uuidOf(read.id),
    visit: uuidOf(visit.id),
    part: read.part,
    way: read.way,
    at: read.at,
    device: read.deviceAt,
    received: read.receivedAt,
    caregiver: own(read.caregiverId),
    home: own(read.homeId === visit.homeId ? homeIdOf(visit, homes) : read.homeId),
    tag: own(read.tagId),
    counter: read.counter,
    phone: own(read.phone?.id ?? null),
    position: read.position,
    reasons: read.lent ? [{ code: 'badge-lent' }] : [],
  }
}

const unique = <Row extends { id: string }>(rows: readonly Row[]): Row[] => [
  ...new Map(rows.map((row) => [row.id, row])).values(),
]
