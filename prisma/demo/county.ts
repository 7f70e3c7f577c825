import { WITHOUT_CHECK } from './store-fitness.ts'
import { Phones, shareLadder } from './contacts.ts'
import { placeHome } from './homes.ts'
import { equip } from './kit.ts'
import { namedHomes } from './named.ts'
import { newName } from './names.ts'
import { likelyAge, newElder, type Registry } from './people.ts'
import { demoCommunities, type DemoCommunity } from './place.ts'
import type { County, PlannedCaregiver, PlannedHome, PlannedProvider } from './plan.ts'
import { DAY_MS } from './plan.ts'
import { Random } from './random.ts'
import { DEMO_CAREGIVERS } from './staff.ts'
import { addTurns } from './turns.ts'

const COUPLES = 39
const ALONE = 218
/** The youngest file is older than the history, so that no fact comes before its person. */
const OLDEST_FILE_DAYS = 400
const YOUNGEST_FILE_DAYS = 97

/** A county of some 300 elders, the same for the same seed and moment. Nothing of it is anybody's. */
export function planCounty(seed: string, base: Date): County {
  const random = new Random(seed)
  const registry: Registry = { taken: new Set(), phones: new Phones(), sequence: 100 }
  const named = namedHomes(random.stream('named'), base)
  for (const { elders } of named) for (const elder of elders) registry.taken.add(elder.name)
  const addresses = new Set(named.map((home) => home.address))
  const homes = Array.from({ length: COUPLES + ALONE }, (_, i) => {
    const community = demoCommunities[i % demoCommunities.length]
    if (community === undefined) throw new Error('the county has no communities')
    return newHome(random.stream(`home ${i}`), { community, couple: i < COUPLES, registry, addresses, base })
  })
  const providers = newProviders(random.stream('providers'), registry, base)
  const caregivers = newCaregivers(random.stream('caregivers'), registry, base)
  const county: County = { seed, base, homes: [...named, ...homes], providers, caregivers }
  addTurns(random.stream('turns'), county, registry)
  // After the turns: who moved to another town is visited by that town's.
  assignVisitors(random.stream('visitors'), county)
  return county
}

function newHome(
  random: Random,
  how: { community: DemoCommunity; couple: boolean; registry: Registry; addresses: Set<string>; base: Date },
): PlannedHome {
  const { community, registry, base } = how
  const since = new Date(base.getTime() - Math.round(random.between(YOUNGEST_FILE_DAYS, OLDEST_FILE_DAYS) * DAY_MS))
  const home: PlannedHome = {
    id: random.id(since),
    community: community.name,
    ...placeHome(random, community, how.addresses),
    since,
    elders: [],
    devices: [],
    doorTag: `04${random.hex(6)}`.toUpperCase(),
    visitedBy: [],
    visits: random.weighed([
      [1, 40],
      [2, 34],
      [4, 26],
    ] as const),
  }
  const age = how.couple ? Math.min(92, Math.max(63, likelyAge(random))) : likelyAge(random)
  if (how.couple) {
    home.elders.push(newElder(random, registry, { sex: 'male', age, since, kind: community.kind }))
    const wife = {
      kind: community.kind,
      sex: 'female',
      age: Math.max(60, age - random.whole(0, 5)),
      since: new Date(since.getTime() + 1000),
    } as const
    home.elders.push(newElder(random, registry, wife))
    const [one, other] = home.elders
    if (one && other) shareLadder(one, other)
  } else {
    home.elders.push(
      newElder(random, registry, { sex: random.chance(0.62) ? 'female' : 'male', age, since, kind: community.kind }),
    )
  }
  home.devices = equip(random, home)
  return home
}

function newProviders(random: Random, { phones }: Registry, base: Date): PlannedProvider[] {
  const at = new Date(base.getTime() - OLDEST_FILE_DAYS * DAY_MS)
  return [
    { name: '临河夕阳红居家养老服务中心', address: '临河镇南门社区 11 号楼底商', town: 0 as const },
    { name: '青石众康为老服务站', address: '青石镇青石街社区 2 号楼底商', town: 1 as const },
    { name: '柳树村为老服务专合社', address: '临河镇柳树村村委会', town: 0 as const },
  ].map((provider) => ({ ...provider, id: random.id(at), phone: phones.next() }))
}

function newCaregivers(random: Random, { taken, phones }: Registry, base: Date): PlannedCaregiver[] {
  const at = new Date(base.getTime() - OLDEST_FILE_DAYS * DAY_MS)
  return Array.from({ length: DEMO_CAREGIVERS }, (_, i) => {
    const sex = random.chance(0.86) ? 'female' : 'male'
    const bornIn = random.whole(1964, 1990)
    return {
      id: random.id(at),
      provider: i < 19 ? 0 : i < 35 ? 1 : 2,
      name: newName(random, sex, bornIn, taken),
      sex,
      bornOn: `${bornIn}-${String(random.whole(1, 12)).padStart(2, '0')}-${String(random.whole(1, 28)).padStart(2, '0')}`,
      phone: phones.next(),
      badge: `04${random.hex(6)}`.toUpperCase(),
      left: i === 18 || i === 34,
    }
  })
}

/** Each home has a caregiver of its town who may be sent, and another who steps in; the village's own cooperative serves its village. */
function assignVisitors(random: Random, { homes, caregivers }: County): void {
  const of = (provider: number) =>
    caregivers.flatMap((each, i) => (each.provider === provider && !each.left && i !== WITHOUT_CHECK ? [i] : []))
  for (const home of homes) {
    const town = demoCommunities.find((each) => each.name === home.community)?.town
    const provider = home.community === '柳树村' ? 2 : town === '临河镇' ? 0 : 1
    home.visitedBy = random.shuffled(of(provider)).slice(0, 2)
  }
}
