import { createArea } from '../area/apply.ts'
import { writeTerms } from '../elder/terms.ts'
import type { MasterKey } from '../key.ts'
import type { Tx } from '../tx.ts'
import { ensureTopArea } from '../user/first.ts'
import { planCounty } from './county.ts'
import { fleetOf, type FleetDevice } from './fleet.ts'
import { demoCommunities, demoTowns } from './place.ts'
import { keepShifts } from './shifts.ts'
import { addStaff, demoUsers } from './staff.ts'
import { storeDesk } from './store-desk.ts'
import { storeFitness } from './store-fitness.ts'
import { storeFleet } from './store-fleet.ts'
import { storePeople } from './store-people.ts'
import { storeProviders, storeTags } from './store-providers.ts'
import { storeVisitPlans } from './store-visits.ts'

/** Where the demo stands in the tree of areas: all its sign-ins see. */
export type DemoPlace = { areaId: string; areaPath: string }

/**
 * Stores the county that the seed makes at `now`: areas, staff, people, providers, devices. Its past comes later, see
 * `fillHistory`. Nothing of it is told in the event log: nobody watched while it was made, and a reader that follows
 * the log would take a year's registrations for today's.
 */
export async function makeCounty(
  tx: Tx,
  key: MasterKey,
  { seed, passwordHash, now }: { seed: string; passwordHash: string; now: Date },
): Promise<DemoPlace & { fleet: FleetDevice[] }> {
  const county = planCounty(seed, now)
  const top = await ensureTopArea(tx, now)
  const place = await createArea(tx, { parentId: top.id, name: '示例县', kind: 'county', now })
  const towns: string[] = []
  const areas = new Map<string, string>()
  for (const { name } of demoTowns) {
    const town = await createArea(tx, { parentId: place.id, name, kind: 'town', now })
    towns.push(town.id)
    for (const community of demoCommunities.filter((each) => each.town === name)) {
      const { id } = await createArea(tx, { parentId: town.id, name: community.name, kind: 'community', now })
      areas.set(community.name, id)
    }
  }
  await storeProviders(tx, county, towns)
  await addStaff(tx, county, { areaId: place.id, townId: towns[0] ?? place.id, passwordHash })
  const users = await demoUsers(tx, place.path)
  await storePeople(tx, key, county, { areas, confirmedBy: users.get('lead') ?? null })
  await storeTags(tx, county)
  await storeFitness(tx, county, { areas, areaId: place.id, towns })
  await writeTerms(
    tx,
    county.homes.flatMap((home) => home.elders.map((elder) => elder.id)),
  )
  const secrets = await storeFleet(tx, key, county, areas)
  await storeDesk(tx, key, county, { areas, areaId: place.id, users })
  await storeVisitPlans(tx, county, { areaId: place.id, areas, users })
  await keepShifts(tx, county, { areaId: place.id, users, now })
  return { areaId: place.id, areaPath: place.path, fleet: fleetOf(county, secrets) }
}
