import type { Tx } from '../tx.ts'
import { DAY_MS, type County } from './plan.ts'
import { Random } from './random.ts'
import { countedBy } from './tag-counter.ts'
import { roundsOf } from './visit-plan.ts'

/** Who comes to the homes. */
export async function storeProviders(tx: Tx, county: County, towns: readonly string[]): Promise<void> {
  const { providers, caregivers } = county
  const { since, leftAt } = timesOf(county)
  tx.send(
    `insert into provider (id, area_id, name, phone, address, created_at)
     select id, area_id, name, phone, address, $6
     from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[]) as p (id, area_id, name, phone, address)`,
    [
      providers.map((each) => each.id),
      providers.map((each) => towns[each.town]),
      providers.map((each) => each.name),
      providers.map((each) => each.phone),
      providers.map((each) => each.address),
      since,
    ],
  )
  tx.send(
    `insert into caregiver (id, provider_id, name, sex, born_on, phone, created_at, left_at)
     select id, provider_id, name, sex, born_on, phone, $7, case when gone then $8::timestamptz end
     from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::date[], $6::text[], $9::boolean[])
       as c (id, provider_id, name, sex, born_on, phone, gone)`,
    [
      caregivers.map((each) => each.id),
      caregivers.map((each) => providers[each.provider]?.id),
      caregivers.map((each) => each.name),
      caregivers.map((each) => each.sex),
      caregivers.map((each) => each.bornOn),
      caregivers.map((each) => each.phone),
      since,
      leftAt,
      caregivers.map((each) => each.left),
    ],
  )
  await tx.flush()
}

/** The tag at each door, and each caregiver's badge. */
export async function storeTags(tx: Tx, county: County): Promise<void> {
  const { homes, caregivers } = county
  const random = new Random(county.seed, 'tags')
  const { since, leftAt } = timesOf(county)
  const counted = new Map(roundsOf(county).map((round) => [round.home.id, countedBy(round, county)]))
  const doors = homes.map((home) => ({
    uid: home.doorTag,
    homeId: home.id,
    caregiverId: null,
    at: home.since,
    gone: false,
    counter: counted.get(home.id) ?? null,
  }))
  const badges = caregivers.map((each) => ({
    uid: each.badge,
    homeId: null,
    caregiverId: each.id,
    at: since,
    gone: each.left,
    counter: null,
  }))
  const tags = [...doors, ...badges]
  tx.send(
    `insert into tag (id, uid, kind, home_id, caregiver_id, label, created_at, revoked_at, counter)
     select id, uid, case when home_id is null then 'badge' else 'door' end, home_id, caregiver_id,
            case when home_id is null then '工牌' else '门贴' end, at, case when gone then $7::timestamptz end,
            counter
     from unnest($1::uuid[], $2::text[], $3::uuid[], $4::uuid[], $5::timestamptz[], $6::boolean[], $8::integer[])
       as t (id, uid, home_id, caregiver_id, at, gone, counter)`,
    [
      tags.map((each) => random.id(each.at)),
      tags.map((each) => each.uid),
      tags.map((each) => each.homeId),
      tags.map((each) => each.caregiverId),
      tags.map((each) => each.at),
      tags.map((each) => each.gone),
      leftAt,
      tags.map((each) => each.counter),
    ],
  )
  await tx.flush()
}

/** When the first came, and when some left. */
function timesOf({ homes, base }: County): { since: Date; leftAt: Date } {
  const since = homes.reduce((first, home) => (home.since < first ? home.since : first), base)
  return { since, leftAt: new Date(base.getTime() - 20 * DAY_MS) }
}
