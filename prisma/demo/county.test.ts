import { expect, test } from 'vitest'
import { ageOn } from '@anju/domain/elder/age'
import { maskIdNumber, parseIdNumber } from '@anju/domain/elder/id-number'
import { distanceM, toWgs84 } from '@anju/domain/place/position'
import { planCounty } from './county.ts'
import { saidOn } from './day.ts'
import { demoCommunities } from './place.ts'
import { pressesOn } from './presses.ts'

const now = new Date('2026-11-22T08:00:00Z')
const county = planCounty('anju', now)
const elders = county.homes.flatMap((home) => home.elders)
const devices = county.homes.flatMap((home) => home.devices)

test('the same seed makes the same county and the same days; another seed makes others', () => {
  const again = planCounty('anju', now)
  expect(again).toEqual(county)
  expect(saidOn(again, 17)).toEqual(saidOn(county, 17))
  expect(pressesOn(again, 5)).toEqual(pressesOn(county, 5))
  const other = planCounty('another', now)
  const names = new Set(elders.map((elder) => elder.name))
  const same = other.homes.flatMap((home) => home.elders).filter((elder) => names.has(elder.name))
  expect(same.length).toBeLessThan(elders.length / 3)
})

test('begun a month later, the same seed has the same people at the same addresses', () => {
  const later = planCounty('anju', new Date('2026-12-23T01:00:00Z'))
  const people = (of: typeof county) =>
    of.homes.flatMap((home) =>
      home.elders.map(({ name, bornOn, phone, idNumber }) => ({ name, bornOn, phone, idNumber, at: home.address })),
    )
  expect(people(later)).toEqual(people(county))
})

test('some 300 elders of 60 to 101 in 12 communities of 2 towns; 40 caregivers of 3 providers', () => {
  expect(elders.filter((elder) => elder.mergedInto === null)).toHaveLength(300)
  expect(new Set(county.homes.map((home) => home.community))).toEqual(new Set(demoCommunities.map(({ name }) => name)))
  expect(new Set(demoCommunities.map(({ town }) => town)).size).toBe(2)
  const ages = elders.map((elder) => ageOn(elder.bornOn, '2026-11-22') ?? 0)
  expect(Math.min(...ages)).toBeGreaterThanOrEqual(59)
  expect(Math.max(...ages)).toBeLessThanOrEqual(101)
  expect(ages.filter((age) => age >= 80).length).toBeGreaterThan(90)
  expect(county.homes.filter((home) => home.elders.length === 2).length).toBeGreaterThanOrEqual(40)
  expect(county.caregivers).toHaveLength(40)
  expect(new Set(county.caregivers.map(({ provider }) => provider)).size).toBe(3)
})

test('nearly all have a button, most a blood pressure meter; some meters hang behind hubs', () => {
  const live = devices.filter(({ revokedAt }) => revokedAt === null)
  const with_ = (kind: string) =>
    new Set(live.filter((device) => device.kind === kind).flatMap(({ owners }) => owners.map(({ elderId }) => elderId)))
  expect(with_('button').size).toBeGreaterThan(270)
  expect(with_('bp-meter').size).toBeGreaterThan(160)
  expect(live.filter(({ way }) => way === 'through').length).toBeGreaterThan(60)
  for (const kind of ['glucose-meter', 'oximeter', 'scale', 'thermometer', 'door-reader', 'hub']) {
    expect(live.filter((device) => device.kind === kind).length).toBeGreaterThan(20)
  }
})

test('every identity number holds its check digit, is of its birthday, and of no region there is', () => {
  const numbers = elders.flatMap(({ idNumber, bornOn }) => (idNumber === null ? [] : [{ idNumber, bornOn }]))
  expect(numbers.length).toBeGreaterThan(150)
  for (const { idNumber, bornOn } of numbers) {
    expect(parseIdNumber(idNumber)).toBe(idNumber)
    expect(idNumber.slice(6, 14)).toBe(bornOn.replaceAll('-', ''))
    expect(maskIdNumber(idNumber)).toMatch(/^9900/)
  }
  expect(new Set(numbers.map(({ idNumber }) => idNumber)).size).toBe(numbers.length)
})

test('no telephone number is of a range that is given out, and none is two people’s but a couple’s', () => {
  const contacts = elders.flatMap((elder) => elder.contacts.map(({ phone }) => phone))
  const all = [
    ...elders.map(({ phone }) => phone).filter((phone) => phone !== ''),
    ...contacts,
    ...county.caregivers.map(({ phone }) => phone),
    ...county.providers.map(({ phone }) => phone),
  ]
  expect(all.filter((phone) => !/^1990000\d{4}$/.test(phone))).toEqual([])
  const own = elders.filter(({ phone, mergedInto }) => phone !== '' && mergedInto === null).map(({ phone }) => phone)
  expect(new Set(own).size).toBe(own.length)
})

test('every ladder of a new household has two to five rungs', () => {
  const ladders = county.homes.slice(3).flatMap((home) => home.elders.filter(({ mergedInto }) => mergedInto === null))
  expect(ladders.filter(({ contacts }) => contacts.length < 2 || contacts.length > 5)).toEqual([])
})

test('every home lies within its community, also as it was given', () => {
  for (const home of county.homes) {
    const community = demoCommunities.find(({ name }) => name === home.community)
    if (community === undefined) throw new Error(home.community)
    expect(distanceM(home, community.centre)).toBeLessThanOrEqual(community.radiusM)
    expect(distanceM(toWgs84(home.given), home)).toBeLessThan(1)
    expect(home.address.startsWith(community.town + community.name)).toBe(true)
  }
  expect(new Set(county.homes.map(({ address }) => address)).size).toBe(county.homes.length)
})

test('every state of a file is there: absent now and before, dead, moved, entered twice', () => {
  const away = elders.flatMap(({ absences }) => absences)
  expect(away.filter(({ to }) => to === null).length).toBeGreaterThanOrEqual(4)
  expect(away.filter(({ to }) => to !== null).length).toBeGreaterThanOrEqual(4)
  expect(elders.filter(({ died }) => died !== null)).toHaveLength(2)
  expect(elders.filter(({ movedFrom }) => movedFrom !== null)).toHaveLength(1)
  expect(elders.filter(({ mergedInto }) => mergedInto !== null)).toHaveLength(1)
  expect(devices.filter(({ silentSince }) => silentSince !== null).length).toBeGreaterThanOrEqual(4)
  expect(devices.filter(({ battery }) => battery !== null && battery <= 20).length).toBeGreaterThan(10)
  // told of by alarms: now and then one, never a queue full of them
  expect(devices.filter(({ battery }) => battery !== null && battery <= 15).length).toBeLessThan(10)
  expect(devices.filter(({ revokedAt }) => revokedAt !== null).length).toBeGreaterThan(2)
})

test('no device id, serial number or tag is given twice', () => {
  for (const each of [
    devices.map(({ id }) => id),
    devices.map(({ serial }) => serial),
    [...county.homes.map(({ doorTag }) => doorTag), ...county.caregivers.map(({ badge }) => badge)],
  ]) {
    expect(new Set(each).size).toBe(each.length)
  }
})
