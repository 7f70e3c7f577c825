import { newDevice } from './kit.ts'
import { sequenceOf, type Registry } from './people.ts'
import { demoCommunities } from './place.ts'
import { placeHome } from './homes.ts'
import { nobodysIdNumber } from './id-number.ts'
import { DAY_MS, hour, localDay, midnight, type County, type PlannedElder, type PlannedHome } from './plan.ts'
import type { Random } from './random.ts'

/** What life brings, so that every state of every screen is to be seen: absences, deaths, a move, a double, faults. */
export function addTurns(random: Random, county: County, registry: Registry): void {
  const { homes, base } = county
  const alone = random.shuffled(homes.slice(3).filter((home) => home.elders.length === 1))
  const couples = random.shuffled(homes.slice(3).filter((home) => home.elders.length === 2))
  const next = (from: PlannedHome[]): PlannedHome => {
    const home = from.pop()
    if (home === undefined) throw new Error('the county is too small for its turns')
    return home
  }
  widowed(next(couples), base)
  emptied(next(alone), base)
  moved(random, county, next(alone))
  doubled(random, next(alone), registry, base)
  for (let i = 0; i < 12; i++) absent(random, next(alone), base, i)
  for (let i = 0; i < 5; i++) silent(random, next(alone), base)
  renewed(random, next(alone), base)
}

const first = (home: PlannedHome): PlannedElder => {
  const [elder] = home.elders
  if (elder === undefined) throw new Error('nobody lives here')
  return elder
}

/** One of a couple died; the other lives on at home. */
function widowed(home: PlannedHome, base: Date): void {
  const died = midnight(base, 61)
  const elder = first(home)
  elder.died = { on: localDay(died), confirmedAt: hour(midnight(base, 60), 9.4) }
  retire(home, elder, elder.died.confirmedAt)
  for (const left of home.elders.filter((each) => each !== elder)) {
    left.contacts = left.contacts.filter(({ phone }) => phone !== elder.phone)
  }
}

function emptied(home: PlannedHome, base: Date): void {
  const elder = first(home)
  elder.absences = [
    {
      kind: 'hospital',
      from: hour(midnight(base, 40), 21.2),
      to: hour(midnight(base, 33), 6),
      note: '肺部感染，县医院呼吸科',
    },
  ]
  elder.died = { on: localDay(midnight(base, 33)), confirmedAt: hour(midnight(base, 32), 10.2) }
  retire(home, elder, elder.died.confirmedAt)
  for (const device of home.devices) retireDevice(device, elder.died.confirmedAt)
}

function retire(home: PlannedHome, elder: PlannedElder, at: Date): void {
  for (const device of home.devices) {
    if (device.owners.some((owner) => owner.elderId === elder.id && owner.userNumber === null)) retireDevice(device, at)
    for (const owner of device.owners) if (owner.elderId === elder.id) owner.to = at
  }
}

function retireDevice(device: PlannedHome['devices'][number], at: Date): void {
  device.revokedAt = at
  for (const owner of device.owners) owner.to ??= at
}

/** Moved from a village to a flat in town, with the devices. */
function moved(random: Random, county: County, old: PlannedHome): void {
  const at = hour(midnight(county.base, 44), 15)
  const community = demoCommunities.find((each) => each.kind === 'urban' && each.name !== old.community)
  if (community === undefined) throw new Error('no community to move to')
  const addresses = new Set(county.homes.map((home) => home.address))
  const home: PlannedHome = {
    ...old,
    id: random.id(at),
    community: community.name,
    ...placeHome(random, community, addresses),
    since: at,
    devices: old.devices,
    doorTag: `04${random.hex(6)}`.toUpperCase(),
  }
  first(old).movedFrom = { homeId: old.id, at }
  for (const device of home.devices) {
    for (const owner of [...device.owners]) {
      owner.to = at
      device.owners.push({ ...owner, homeId: home.id, from: at, to: null })
    }
  }
  old.elders = []
  old.devices = []
  old.visits = 0
  county.homes.push(home)
}

/** Registered a second time at a home visit, and put together later. */
function doubled(random: Random, home: PlannedHome, registry: Registry, base: Date): void {
  const elder = first(home)
  elder.idNumber ??= nobodysIdNumber(elder.bornOn, sequenceOf(registry, elder.sex))
  const since = hour(midnight(base, 71), 14.5)
  const double: PlannedElder = { ...elder, id: random.id(since), since, mergedInto: elder.id }
  home.elders.push({ ...double, idNumber: null, contacts: elder.contacts.slice(0, 1), note: '', absences: [] })
}

const STAYS = ['县医院骨科，股骨颈骨折', '县医院内分泌科，调血糖', '县中医院，理疗两周', '县医院心内科'] as const

function absent(random: Random, home: PlannedHome, base: Date, i: number): void {
  const elder = first(home)
  if (i < 3) {
    const from = hour(midnight(base, random.whole(2, 9)), random.between(8, 16))
    elder.absences = [{ kind: 'hospital', from, to: null, note: random.pick(STAYS) }]
  } else if (i < 7) {
    const began = random.whole(25, 80)
    const to = hour(midnight(base, began - random.whole(5, 14)), 11)
    elder.absences = [{ kind: 'hospital', from: hour(midnight(base, began), 9.5), to, note: random.pick(STAYS) }]
  } else if (i < 9) {
    elder.absences = [{ kind: 'family', from: hour(midnight(base, 6), 10), to: null, note: '去成都女儿家' }]
  } else {
    const began = random.whole(45, 58)
    const to = hour(midnight(base, began - random.whole(4, 9)), 17)
    elder.absences = [{ kind: 'family', from: hour(midnight(base, began), 8.5), to, note: '回儿子家过节' }]
  }
}

/** Its meter lies in a drawer, or its battery is empty. */
function silent(random: Random, home: PlannedHome, base: Date): void {
  const device = home.devices.find((each) => each.way !== 'through' && each.kind !== 'hub')
  if (device === undefined) return
  device.silentSince = new Date(base.getTime() - Math.round(random.between(3, 20) * DAY_MS))
  device.battery = random.whole(16, 19) // as it last said, before it fell silent
}

/** Its button broke and was exchanged. */
function renewed(random: Random, home: PlannedHome, base: Date): void {
  const old = home.devices.find((each) => each.kind === 'button')
  if (old === undefined) return
  const at = hour(midnight(base, 28), 10.5)
  const owners = old.owners.map((owner) => ({ ...owner, from: at }))
  retireDevice(old, at)
  home.devices.push(newDevice(random, 'button', { since: at, owners, label: old.label }))
}

export const isPresent = (elder: PlannedElder, at: Date): boolean =>
  (elder.died === null || localDay(at) <= elder.died.on) &&
  !elder.absences.some(({ from, to }) => from <= at && (to === null || at < to))

/** National Day's week and New Year's day: people visit and eat. */
export const isFeast = (at: Date): boolean => /-(10-0[1-7]|01-01)$/.test(localDay(at))
