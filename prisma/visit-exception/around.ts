import type { Around, VisitFacts } from '@anju/domain/visit/check/facts'
import { type Batch, type Db, presenceColumns, type PresenceRow, toPresence } from './load.ts'

const DAY_MS = 86_400_000
/** How far beyond the time asked about neighbours still matter: a phone in other hands, a week of phones, a tag's taps. */
const BESIDE_MS = 7 * DAY_MS
/** So many days back a provider's pictures are known again; the same file is found however old it is. */
const LOOKS_BACK_MS = 62 * DAY_MS

type Photos = Around['photos']

/** What stands around these visits: uses of their phones, taps of their tags, the same files, and `looks`. */
export async function loadAround(db: Db, visits: readonly VisitFacts[], batch: Batch, looks: Photos): Promise<Around> {
  const own = new Set(visits.map(({ id }) => id))
  const all = visits.flatMap(({ presences }) => presences)
  const phones = [...new Set(all.flatMap(({ phone }) => phone?.id ?? []))]
  const tags = [...new Set(all.flatMap(({ tagId }) => tagId ?? []))]
  const since = new Date(batch.from.getTime() - BESIDE_MS)
  const until = new Date(batch.to.getTime() + BESIDE_MS)
  const rows = await db.query<PresenceRow & { lon: number | null; lat: number | null } & Record<string, unknown>>(
    `select ${presenceColumns}, home.lon, home.lat
     from (select id from presence where phone_id = any($1::uuid[]) and at >= $3 and at < $4
           union select id from presence where tag_id = any($2::uuid[]) and counter is not null and at >= $3 and at < $4)
       as beside
     join presence on presence.id = beside.id left join phone on phone.id = presence.phone_id
     left join visit on visit.id = presence.visit_id left join home on home.id = visit.home_id`,
    [phones, tags, since, until],
    'anew',
  )
  const presences = rows
    .filter(({ visitId }) => visitId === null || !own.has(visitId))
    .map((row) => ({
      ...toPresence(row),
      visitId: row.visitId,
      home: row.lon === null || row.lat === null ? null : { lon: row.lon, lat: row.lat },
    }))
  const files = await loadSameFiles(db, visits)
  const known = new Set(looks.map(({ id }) => id))
  const photos = [...looks, ...files.filter(({ id }) => !known.has(id))]
  return { presences, photos: photos.filter(({ visitId }) => !own.has(visitId)) }
}

const photoColumns = `file.id, file.visit_id as "visitId", encode(file.digest, 'hex') as digest, file.look,
  file.taken_at as "takenAt", file.received_at as "receivedAt", visit.home_id as "homeId",
  visit.provider_id as "providerId", visit.joint_id as "jointId"`

/** The same bytes at other visits, of whichever provider, however long ago. */
async function loadSameFiles(db: Db, visits: readonly VisitFacts[]): Promise<Photos> {
  const digests = visits.flatMap(({ photos }) => photos.map(({ digest }) => digest))
  return db.query<Photos[number] & Record<string, unknown>>(
    `select ${photoColumns} from visit_file file join visit on visit.id = file.visit_id
     where file.kind = 'photo' and not visit.drill
       and file.digest in (select decode(digest, 'hex') from unnest($1::text[]) as given (digest))`,
    [[...new Set(digests)]],
    'anew',
  )
}

/** What a provider's pictures looked like before and in that time; loaded once for all its batches. */
export async function loadLooks(db: Db, { providerId, from, to }: Omit<Batch, 'caregiverIds'>): Promise<Photos> {
  return db.query<Photos[number] & Record<string, unknown>>(
    `select ${photoColumns} from visit join visit_file file on file.visit_id = visit.id
     where visit.provider_id = $1 and visit.planned_from >= $2 and visit.planned_from < $3 and not visit.drill
       and file.kind = 'photo' and file.look is not null`,
    [providerId, new Date(from.getTime() - LOOKS_BACK_MS), to],
    'anew',
  )
}
