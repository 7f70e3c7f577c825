import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readTag } from '@anju/domain/proof/tag.fixture'
import { wrongClock } from '@anju/firmware-sim/clock'
import { Caregivers } from '@anju/firmware-sim/fleet/caregivers'
import { Doors } from '@anju/firmware-sim/fleet/doors'
import { fateOf } from '@anju/firmware-sim/fleet/fate'
import { Phone } from '@anju/firmware-sim/phone/phone'
import type { Visit, VisitDetail } from '@anju/firmware-sim/phone/told'
import * as act from '@anju/firmware-sim/phone/visit'
import { freshSeed, seeded } from '@anju/firmware-sim/random'
import { DoorTag } from '@anju/firmware-sim/tag/door-tag'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type Api, PASSWORD, startTestApi } from '../api/api.fixture.ts'
import { planned, type Village, village } from '../api/visit.fixture.ts'
import { hungAt, leaping, type LeapingClock } from './phone.fixture.ts'

let api: Api
let here: Village
let folder: string
let door: act.Door
let clock: LeapingClock
const seed = freshSeed()
const minuteMs = 60_000
beforeEach(async () => {
  api = await startTestApi()
  here = await village(api)
  door = await hungAt(here, here.homeId, '04DE5F1EACC040')
  await api.pool.query(
    `update home set lon = 104.1, lat = 30.6, given_lon = 104.1, given_lat = 30.6, position_system = 'wgs84'
     where id = $1`,
    [here.homeId],
  )
  folder = mkdtempSync(join(tmpdir(), 'anju-phone-'))
  clock = leaping(api)
})
afterEach(async () => {
  clock.stop()
  await api.stop()
  rmSync(folder, { recursive: true })
})

const who = (n = 0) => {
  const caregiver = here.caregivers[n]
  if (!caregiver) throw new Error('there are two')
  return caregiver
}
const linkFor = async (n = 0): Promise<string> =>
  String((await here.office.post(`/api/caregivers/${who(n).id}/phone-link`)).body.link)
const detail = async (id: string): Promise<VisitDetail> => (await here.office.get(`/api/visits/${id}`)).body
const codesOf = (visit: VisitDetail, part: string) =>
  visit.presences.filter((each) => each.part === part).flatMap(({ reasons }) => reasons.map(({ code }) => code))

async function ownVisit(phone: Phone, id: string): Promise<Visit> {
  const now = phone.clock.now()
  const day = await phone.day(new Date(now - 12 * 60 * minuteMs), new Date(now + 12 * 60 * minuteMs))
  const visit = day.find((each) => each.id === id)
  if (!visit) throw new Error('not on this phone’s day')
  return visit
}

test('a door’s tag writes what a tag made from the data sheet by other hands writes', () => {
  const tag = new DoorTag(door, { ...seeded(1), whole: () => 7 }, 41)
  const inside = {
    uid: door.uid,
    counter: 42,
    metaRead: Buffer.from(door.keys.metaRead, 'hex'),
    fileRead: Buffer.from(door.keys.fileRead, 'hex'),
    random: Buffer.alloc(5, 7),
    wire: 'CC',
  }
  const other = readTag(inside, Buffer.from(door.ndef, 'hex'), Buffer.from(door.fileSettings, 'hex'))
  expect(tag.touch()).toBe(`http://${other.slice(7)}`)
})

test('a whole visit by a phone in weak air: taken into use, tapped, served, signed, left; each fact is stored once', async () => {
  const id = await planned(api, here, { caregiverId: who().id })
  const phone = new Phone({
    site: api.url,
    folder: join(folder, 'phone'),
    clock,
    network: clock,
    seed,
    name: 'one',
    air: { loss: 0.2, answerLoss: 0.2 },
    backoff: { minMs: 2_000, maxMs: 20_000 },
  })
  const doors = new Doors([door], join(folder, 'tags'), seeded(seed))
  while (!phone.joined) await phone.join(await linkFor()).catch(() => undefined)
  const visits: act.Visits = [await ownVisit(phone, id)]
  phone.position = act.near(door, phone.random)
  act.accept(phone, visits)
  act.setOut(phone, visits)
  await phone.settled()
  phone.tap(doors.touch(door.home), { visitId: id, part: 'begin' })
  await clock.sleep(50 * minuteMs)
  act.serve(phone, visits)
  act.photograph(phone, visits)
  phone.tap(doors.touch(door.home), { visitId: id, part: 'end' })
  act.evaluate(phone, visits)
  await phone.settled()
  await phone.stop()
  const visit = await detail(id)
  expect(phone.refused, `seed ${seed}`).toEqual([])
  expect(visit, `seed ${seed}`).toMatchObject({ state: 'evaluated', inQuestion: false, verified: true })
  expect(visit.presences, `seed ${seed}`).toHaveLength(2)
  const { rows } = await api.pool.query(
    `select kind, count(*)::int as n from visit_entry where visit_id = $1 group by kind order by kind`,
    [id],
  )
  const told = Object.fromEntries(rows.map(({ kind, n }: { kind: string; n: number }) => [kind, n]))
  expect(told, `seed ${seed}`).toMatchObject({ accepted: 1, 'set-out': 1, began: 1, served: 1, left: 1, evaluated: 1 })
  expect(told, `seed ${seed}`).toMatchObject({ file: 2 })
})

test('hours without signal and a battery that runs out: what was said is sent later, at most supported, its clock told', async () => {
  const id = await planned(api, here, { caregiverId: who().id })
  const storage = join(folder, 'phone')
  const aYearAhead = wrongClock(clock, { offsetMs: 365 * 24 * 60 * minuteMs })
  const on = () => new Phone({ site: api.url, folder: storage, clock: aYearAhead, network: clock, seed, name: 'one' })
  const phone = on()
  const doors = new Doors([door], join(folder, 'tags'), seeded(seed))
  await phone.join(await linkFor())
  phone.covered = false
  phone.tap(doors.touch(door.home), { visitId: id, part: 'begin' })
  await clock.sleep(60 * minuteMs)
  phone.tap(doors.touch(door.home), { visitId: id, part: 'end' })
  expect(phone.waiting).toHaveLength(2)
  await clock.sleep(120 * minuteMs)
  await phone.stop()
  const again = on()
  expect(again.waiting).toHaveLength(2)
  again.covered = true
  await again.settled()
  await again.stop()
  const visit = await detail(id)
  expect(visit).toMatchObject({ state: 'left', beginGrade: 'supported', endGrade: 'supported' })
  expect(codesOf(visit, 'begin')).toEqual(expect.arrayContaining(['tag-read', 'sent-later', 'clock-off']))
  const minutes = (Date.parse(visit.leftAt ?? '') - Date.parse(visit.beganAt ?? '')) / minuteMs
  expect(minutes).toBeGreaterThan(50)
  expect(minutes).toBeLessThan(75)
})

test('the county’s caregivers live what the platform plans, and are known by it: begun, ended, signed, proved', async () => {
  const over = new AbortController()
  const id = await planned(api, here, { inMin: 12, caregiverId: who().id })
  const said: string[] = []
  const caregivers = new Caregivers({
    visiting: {
      site: api.url,
      bureau: { username: '柳树村 bureau', password: PASSWORD },
      desk: { username: '柳树村 lead', password: PASSWORD },
      provider: { username: '柳树村 office', password: PASSWORD, id: here.providerId },
      caregivers: here.caregivers.map(({ id: each }) => ({ id: each, badge: '', provider: here.providerId })),
      doors: [door],
    },
    folder,
    seed: aUsualSeed(id),
    clock,
    over: over.signal,
    log: (line) => said.push(line),
    badge: () => false,
  })
  const living = caregivers.run()
  const state = async (of: string) => expect([(await detail(id)).state, said]).toEqual([of, expect.anything()])
  await vi.waitFor(() => state('evaluated'), { timeout: 30_000, interval: 50 })
  expect(said.filter((line) => line.includes(id)).map((line) => line.replace(id, 'it'))).toEqual([
    'visit it begins by phone',
    'visit it ends by phone',
  ])
  over.abort()
  await living
  expect(await detail(id)).toMatchObject({
    verified: true,
    inQuestion: false,
    beginGrade: 'proved',
    endGrade: 'proved',
  })
}, 60_000)

/** One whose fate for this visit is a usual one. */
function aUsualSeed(id: string): number {
  for (let n = seed; ; n++) if (fateOf(seeded(n, `visit/${id}`)).kind === 'usual') return n
}
