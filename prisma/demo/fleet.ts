import type { Condition } from './life.ts'
import { demoCommunities } from './place.ts'
import type { County, PlannedDevice, PlannedHome } from './plan.ts'

/** A device the simulator plays, with what it needs to speak as that device. */
export type FleetDevice = {
  id: string
  kind: string
  secret: string
  way: 'mqtt' | 'http'
  /** What a hub speaks for. */
  children: { id: string; kind: string }[]
  /** The home it stands in: devices of one home live one household's days. */
  home?: string
  /** Its village or estate, whose power goes and comes back together. */
  community?: string
  /** Who lives there, in the order of the meters' user numbers; it shapes their readings. */
  people?: FleetPerson[]
  /** A door reader's visitors: the numbers of their badges (hex), most frequent first. */
  badges?: string[]
}

/** What the simulator knows of an inhabitant: nothing that names one. */
export type FleetPerson = {
  bornIn?: number
  sex?: 'female' | 'male'
  conditions?: Condition[]
}

/** What the simulator plays: what hangs there, is not silent and not taken away, by home. */
export function fleetOf({ homes, caregivers }: County, secrets: ReadonlyMap<string, string>): FleetDevice[] {
  return homes.flatMap((home) => {
    const live = home.devices.filter((device) => device.revokedAt === null && device.silentSince === null)
    const badges = home.visitedBy.flatMap((at) => caregivers[at]?.badge ?? [])
    return live
      .filter((device) => device.way !== 'through')
      .map((device) => ({
        ...played(device, home, live),
        secret: secrets.get(device.id) ?? '',
        ...(device.kind === 'door-reader' ? { badges } : {}),
      }))
  })
}

function played(device: PlannedDevice, home: PlannedHome, live: PlannedDevice[]): Omit<FleetDevice, 'secret'> {
  const community = demoCommunities.find((each) => each.name === home.community)
  const people = home.elders.filter((elder) => elder.died === null && elder.mergedInto === null)
  return {
    id: device.id,
    kind: device.kind,
    way: device.way === 'http' ? 'http' : 'mqtt',
    children: live.filter((each) => each.hubId === device.id).map(({ id, kind }) => ({ id, kind })),
    home: home.id,
    ...(community && { community: community.name }),
    people: people.map((elder) => ({
      bornIn: Number(elder.bornOn.slice(0, 4)),
      sex: elder.sex,
      conditions: [...elder.health],
    })),
  }
}
