import { ID_NUMBER_PURPOSE } from '../elder/change.ts'
import { blindIndex, seal, type MasterKey } from '../key.ts'
import type { Tx } from '../tx.ts'
import type { County } from './plan.ts'
import { roleOf } from './contacts.ts'
import { Random } from './random.ts'

/** Homes with their people, set by set: as registering them one by one leaves them, in a dozen statements. */
export async function storePeople(
  tx: Tx,
  key: MasterKey,
  county: County,
  { areas, confirmedBy }: { areas: ReadonlyMap<string, string>; confirmedBy: string | null },
): Promise<void> {
  const random = new Random(county.seed, 'people')
  const { homes } = county
  const lived = homes.flatMap((home) => home.elders.map((elder) => ({ home, elder })))
  tx.send(
    `insert into home (id, area_id, address, landmark, entry_note, created_at, entry_note_at, lon, lat, given_lon, given_lat, position_system)
     select id, area_id, address, landmark, entry_note, since, case when entry_note <> '' then since end, lon, lat,
            given_lon, given_lat, position_system
     from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::timestamptz[], $7::float8[], $8::float8[],
                 $9::float8[], $10::float8[], $11::text[])
       as h (id, area_id, address, landmark, entry_note, since, lon, lat, given_lon, given_lat, position_system)`,
    [
      homes.map((home) => home.id),
      homes.map((home) => areas.get(home.community)),
      homes.map((home) => home.address),
      homes.map((home) => home.landmark),
      homes.map((home) => home.entryNote),
      homes.map((home) => home.since),
      homes.map((home) => home.lon),
      homes.map((home) => home.lat),
      homes.map((home) => home.given.lon),
      homes.map((home) => home.given.lat),
      homes.map((home) => home.given.system),
    ],
  )
  const numberOf = (elder: (typeof lived)[number]['elder']) => elder.idNumber
  tx.send(
    `insert into elder (id, home_id, name, sex, born_on, phone, dialect, hearing, conditions, allergies, note,
                        id_number_sealed, id_number_index, created_at, died_on, death_confirmed_by, death_confirmed_at)
     select id, home_id, name, sex, born_on, phone, dialect, hearing, conditions, allergies, note, sealed, number_index,
            created_at, died_on, case when died_on is not null then $16::uuid end, died_at
     from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::date[], $6::text[], $7::text[], $8::text[],
                 $9::text[], $10::text[], $11::text[], $12::bytea[], $13::bytea[], $14::timestamptz[], $15::date[],
                 $17::timestamptz[])
       as e (id, home_id, name, sex, born_on, phone, dialect, hearing, conditions, allergies, note, sealed, number_index,
             created_at, died_on, died_at)`,
    [
      lived.map(({ elder }) => elder.id),
      lived.map(({ home }) => home.id),
      lived.map(({ elder }) => elder.name),
      lived.map(({ elder }) => elder.sex),
      lived.map(({ elder }) => elder.bornOn),
      lived.map(({ elder }) => elder.phone),
      lived.map(({ elder }) => elder.dialect),
      lived.map(({ elder }) => elder.hearing),
      lived.map(({ elder }) => elder.conditions),
      lived.map(({ elder }) => elder.allergies),
      lived.map(({ elder }) => elder.note),
      lived.map(({ elder }) => {
        const number = numberOf(elder)
        return number === null ? null : seal(key, ID_NUMBER_PURPOSE, elder.id, Buffer.from(number))
      }),
      lived.map(({ elder }) => {
        const number = numberOf(elder)
        return number === null ? null : blindIndex(key, ID_NUMBER_PURPOSE, number)
      }),
      lived.map(({ elder }) => elder.since),
      lived.map(({ elder }) => elder.died?.on ?? null),
      confirmedBy,
      lived.map(({ elder }) => elder.died?.confirmedAt ?? null),
    ],
  )
  const merged = lived.filter(({ elder }) => elder.mergedInto !== null)
  for (const { elder } of merged) {
    tx.send('update elder set merged_into = $2 where id = $1', [elder.id, elder.mergedInto])
  }
  const contacts = lived.flatMap(({ elder }) =>
    elder.contacts.map((contact, i) => ({ ...contact, elder, rung: i + 1, id: random.id(elder.since) })),
  )
  tx.send(
    `insert into contact (id, elder_id, rung, name, relation, phone, role)
     select * from unnest($1::uuid[], $2::uuid[], $3::integer[], $4::text[], $5::text[], $6::text[], $7::text[])`,
    [
      contacts.map((each) => each.id),
      contacts.map((each) => each.elder.id),
      contacts.map((each) => each.rung),
      contacts.map((each) => each.name),
      contacts.map((each) => each.relation),
      contacts.map((each) => each.phone),
      contacts.map((each) => roleOf(each)),
    ],
  )
  const residences = lived.flatMap(({ home, elder }) => {
    const to = elder.died?.confirmedAt ?? null
    if (elder.movedFrom === null) return [{ elderId: elder.id, homeId: home.id, from: elder.since, to }]
    const { homeId, at } = elder.movedFrom
    return [
      { elderId: elder.id, homeId, from: elder.since, to: at },
      { elderId: elder.id, homeId: home.id, from: at, to },
    ]
  })
  tx.send(
    `insert into residence (id, elder_id, home_id, valid_from, valid_to)
     select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::timestamptz[], $5::timestamptz[])`,
    [
      residences.map((each) => random.id(each.from)),
      residences.map((each) => each.elderId),
      residences.map((each) => each.homeId),
      residences.map((each) => each.from),
      residences.map((each) => each.to),
    ],
  )
  const absences = lived.flatMap(({ elder }) => elder.absences.map((absence) => ({ ...absence, elder })))
  tx.send(
    `insert into absence (id, elder_id, kind, away_from, away_to, note, created_by, created_at)
     select id, elder_id, kind, away_from, away_to, note, $6, away_from
     from unnest($1::uuid[], $2::uuid[], $3::text[], $4::timestamptz[], $5::timestamptz[], $7::text[])
       as a (id, elder_id, kind, away_from, away_to, note)`,
    [
      absences.map((each) => random.id(each.from)),
      absences.map((each) => each.elder.id),
      absences.map((each) => each.kind),
      absences.map((each) => each.from),
      absences.map((each) => each.to),
      confirmedBy,
      absences.map((each) => each.note),
    ],
  )
  await tx.flush()
}
