import { measuresOf, type Measured } from './measures.ts'
import type { DemoCommunityName } from './place.ts'
import { hour, midnight, type County, type PlannedDevice, type PlannedHome } from './plan.ts'
import { Random } from './random.ts'
import { deviceTime, saidId, type Said } from './said.ts'
import { isPresent } from './turns.ts'
import { visitsOf } from './visit-course.ts'
import { roundsOf, roundsOn } from './visit-plan.ts'

/** A village's power was off from the evening of this day to the next noon: what its devices measured came later. */
const POWER_CUT = { community: '竹林村' satisfies DemoCommunityName as DemoCommunityName, daysAgo: 37 }
const MINUTE_MS = 60_000

/** All that was said in the county on the local day `daysAgo` before it was begun, as it arrived; nothing after `base`. */
export function saidOn(county: County, daysAgo: number): Said[] {
  const day = midnight(county.base, daysAgo)
  const said = county.homes.flatMap((home) => {
    const random = new Random(county.seed, `${home.address} ${daysAgo}`)
    return home.devices.flatMap((device) =>
      readingsOf(random.stream(device.serial), home, device, { day, daysAgo, base: county.base }),
    )
  })
  said.push(...tapsOn(county, daysAgo))
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

/** A caregiver's coming and going at doors with a reader, as the visits of that day have it. */
function tapsOn(county: County, daysAgo: number): Said[] {
  const day = midnight(county.base, daysAgo)
  return roundsOn(county, roundsOf(county), daysAgo).flatMap((round) => {
    // a couple's joint visit is one coming and one going
    const [visit] = visitsOf(county, round, daysAgo)
    const reader = round.home.devices.find(({ kind }) => kind === 'door-reader')
    const badge = visit && county.caregivers[visit.caregiver]?.badge
    if (visit === undefined || reader === undefined || badge === undefined) return []
    const ends = visit.ends.filter(({ way }) => way === 'reader')
    return ends.map(({ at, receivedAt }, n): Said => ({
      deviceId: reader.id,
      topic: 'tap',
      body: { id: saidId(day, n), at: deviceTime(at), uid: badge },
      receivedAt,
      way: 'mqtt',
      via: null,
    }))
  })
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
