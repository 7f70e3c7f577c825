import { healthOf, usualOf, type Condition } from './life.ts'
import { demoHouseholds, type DemoHousehold } from './households.ts'
import { flatAt, houseAt, positioned } from './homes.ts'
import { newDevice } from './kit.ts'
import type { PlannedDevice, PlannedElder, PlannedHome } from './plan.ts'
import { DAY_MS } from './plan.ts'
import { demoCommunities } from './place.ts'
import type { Random } from './random.ts'

/** The households that documents and tests name; the newest of all, so that a list begins with them. */
export function namedHomes(random: Random, base: Date): PlannedHome[] {
  return demoHouseholds.map((household, i) => {
    const since = new Date(base.getTime() - 95 * DAY_MS - i * 3_600_000)
    return namedHome(random.stream(household.elder.name), household, since)
  })
}

function namedHome(random: Random, household: DemoHousehold, since: Date): PlannedHome {
  const { elder, partner, devices } = household
  const community = demoCommunities.find((each) => each.name === household.community)
  if (community === undefined) throw new Error(`there is no community ${household.community}`)
  const at =
    community.kind === 'urban'
      ? flatAt(community, Number(/(\d+) 号楼/.exec(elder.address)?.[1]), 2)
      : houseAt(random, community, Number(/(\d+) 组/.exec(elder.address)?.[1]))
  const home: PlannedHome = {
    id: random.id(since),
    community: community.name,
    address: elder.address,
    landmark: elder.landmark,
    entryNote: elder.entryNote,
    ...positioned(at, false),
    since,
    elders: [named(random, elder, since)],
    devices: [],
    doorTag: `04${random.hex(6)}`.toUpperCase(),
    visitedBy: [],
    visits: 4,
  }
  if (partner !== undefined)
    home.elders.push(named(random, { contacts: [], ...partner }, new Date(since.getTime() + 1000)))
  const owner = { homeId: home.id, elderId: home.elders[0]?.id ?? null, userNumber: null, from: since, to: null }
  let hub: PlannedDevice | undefined
  for (const { kind, label, way } of devices) {
    const hubId = way === 'through' ? (hub?.id ?? null) : null
    const fit = { battery: kind === 'hub' ? null : random.whole(62, 98), rssi: -random.whole(52, 70) }
    const device = newDevice(random, kind, { since, owners: [owner], label, way, hubId, ...fit })
    home.devices.push(device)
    if (kind === 'hub') hub = device
  }
  return home
}

type Person = Pick<
  PlannedElder,
  'name' | 'sex' | 'bornOn' | 'phone' | 'dialect' | 'hearing' | 'conditions' | 'allergies' | 'contacts'
>

function named(random: Random, person: Person, since: Date): PlannedElder {
  const age = 2026 - Number(person.bornOn.slice(0, 4))
  const says = (words: string) => person.conditions.includes(words)
  const health: Condition[] = []
  if (says('高血压')) health.push('hypertension')
  if (says('糖尿病')) health.push('diabetes')
  if (says('支气管炎')) health.push('copd')
  const usual = usualOf(random, { ...healthOf(random, age, person.sex), conditions: health }, age, person.sex)
  return {
    ...person,
    id: random.id(since),
    idNumber: null,
    note: '',
    since,
    health,
    usual: { ...usual, diligence: 0.93 },
    died: null,
    mergedInto: null,
    movedFrom: null,
    absences: [],
  }
}
