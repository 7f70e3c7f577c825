import { measuresOf, type Measured } from './measures.ts'
import type { DemoCommunityName } from './place.ts'
import {
  hour,
  midnight,
  weekday,
  type County,
  type PlannedDevice,
  type PlannedElder,
  type PlannedHome,
} from './plan.ts'
import { Random } from './random.ts'
import { deviceTime, saidId, type Said } from './said.ts'
import { isPresent } from './turns.ts'

/** A village's power was off from the evening of this day to the next noon: what its devices measured came later. */
const POWER_CUT = { community: '竹林村' satisfies DemoCommunityName as DemoCommunityName, daysAgo: 37 }
const MINUTE_MS = 60_000

/** All that was said in the county on the local day `daysAgo` before it was begun, as it arrived; nothing after `base`. */
export function saidOn(county: County, daysAgo: number): Said[] {
  const day = midnight(county.base, daysAgo)
  const said = county.homes.flatMap((home) => {
    const random = new Random(county.seed, `${home.address} ${daysAgo}`)
    return [
      ...home.devices.flatMap((device) =>
        readingsOf(random.stream(device.serial), home, device, { day, daysAgo, base: county.base }),
      ),
      ...visitsOf(random.stream('visit'), county, home, day),
    ]
  })
  if (daysAgo % 9 === 2) said.push(...broken(new Random(county.seed, `broken ${daysAgo}`), county, day))
  return said.filter(({ receivedAt }) => receivedAt < county.base)
}

type Moment = { day: Date; daysAgo: number; base: Date }

function readingsOf(random: Random, home: PlannedHome, device: PlannedDevice, moment: Moment): Said[] {
  const { day, daysAgo } = moment
  const users = device.owners.filter(({ from, to }) => from <= day && (to === null || day < to))
  if (device.silentSince !== null && day >= device.silentSince) return []
  // A week now and then in which nobody measures.
  if (new Random(device.serial, `week ${Math.floor(daysAgo / 7)}`).chance(0.05)) return []
  const said: Said[] = []
  for (const { elderId, userNumber } of users) {
    const elder = home.elders.find((each) => each.id === elderId)
    if (elder === undefined || !isPresent(elder, day)) continue
    for (const measured of measuresOf(random, device.kind, elder, day)) {
      said.push(asSaid(random, home, device, measured, { ...moment, user: userNumber, n: said.length }))
    }
  }
  return said
}

/** When and how it arrived: at once mostly, late from a weak radio, the next day after a power cut, or without a clock. */
function asSaid(
  random: Random,
  home: PlannedHome,
  device: PlannedDevice,
  { hours, body }: Measured,
  { day, daysAgo, user, n }: Moment & { user: number | null; n: number },
): Said {
  const at = hour(day, hours)
  const common = { deviceId: device.id, way: device.way === 'http' ? 'http' : 'mqtt', via: device.hubId } as const
  const item = { id: saidId(day, n), at: deviceTime(at), ...body, ...(user === null ? {} : { user }) }
  const after = (ms: number): Date => new Date(at.getTime() + Math.round(ms))
  if (home.community === POWER_CUT.community && daysAgo === POWER_CUT.daysAgo && hours > 17) {
    const receivedAt = hour(day, 36.2 + random.between(0, 0.1))
    const items = [{ type: 'reading', device: device.id, ...item }]
    return { ...common, topic: 'batch', deviceId: device.hubId ?? device.id, via: null, body: { items }, receivedAt }
  }
  if (random.chance(0.004)) {
    // Its clock lost its battery.
    return {
      ...common,
      topic: 'reading',
      body: { ...item, at: deviceTime(new Date(946_684_800_000 + hours * 3_600_000)) },
      receivedAt: after(900),
    }
  }
  if (random.chance(0.03))
    return { ...common, topic: 'reading', body: item, receivedAt: after(random.between(4, 170) * MINUTE_MS) }
  return { ...common, topic: 'reading', body: item, receivedAt: after(random.between(300, 9_000)) }
}

/** A caregiver's coming and going at a door with a reader; some forget the second tap, some find nobody in. */
function visitsOf(random: Random, { caregivers }: County, home: PlannedHome, day: Date): Said[] {
  const reader = home.devices.find((device) => device.kind === 'door-reader')
  if (reader === undefined || weekday(day) === 0 || !random.chance(home.visits / 26)) return []
  if (reader.revokedAt !== null && day >= reader.revokedAt) return []
  const visitor = caregivers[home.visitedBy[random.chance(0.8) ? 0 : 1] ?? 0]
  if (visitor === undefined) return []
  const came = hour(day, random.between(8.3, 16.6))
  const atHome = home.elders.some((elder: PlannedElder) => isPresent(elder, came))
  const minutes = atHome ? random.around(66, 6) : random.between(3, 7)
  const left = new Date(came.getTime() + Math.round(minutes * MINUTE_MS))
  const tap = (at: Date, n: number): Said => ({
    deviceId: reader.id,
    topic: 'tap',
    body: { id: saidId(day, n), at: deviceTime(at), uid: visitor.badge },
    receivedAt: new Date(at.getTime() + random.whole(200, 2500)),
    way: 'mqtt',
    via: null,
  })
  return random.chance(0.06) ? [tap(came, 0)] : [tap(came, 0), tap(left, 1)]
}

/** What could not be taken: an old firmware's field, half a message, a badge read badly. */
function broken(random: Random, { homes }: County, day: Date): Said[] {
  const home = random.pick(
    homes.filter((each) => each.devices.some((device) => device.kind === 'bp-meter' && device.way === 'mqtt')),
  )
  const device = home.devices.find((each) => each.kind === 'bp-meter')
  if (device === undefined || (device.revokedAt !== null && device.revokedAt < day)) return []
  const at = hour(day, random.between(7, 19))
  const head = { id: saidId(day, 90), at: deviceTime(at) }
  const body = random.pick([
    { ...head, kind: 'ecg', leads: 1 },
    { ...head, kind: 'blood-pressure', systolic: '142', diastolic: 83, unit: 'mmHg' },
    { ...head, at: '2026-13-40 08:00', kind: 'blood-pressure', systolic: 131, diastolic: 78, unit: 'mmHg' },
  ])
  return [{ deviceId: device.id, topic: 'reading', body, receivedAt: at, way: 'mqtt', via: null }]
}
