import { photoOfRoom } from '../phone/picture.ts'
import type { Phone } from '../phone/phone.ts'
import * as act from '../phone/visit.ts'
import type { Stage } from '../scenario.ts'
import { begin, type Cast, end, honest, minuteMs, type Player } from './cast.ts'

/** How somebody takes money for care that was not given, and by what it should be seen. */
export type Scheme = {
  name: string
  truth: string
  /** Rules of the checks, or reasons at an end of the visit; one is enough. */
  seenBy: readonly string[]
  /** Caregivers who play it. */
  players: number
  /** Answers the visits it was staged for. */
  play(stage: Stage, cast: Cast, players: readonly Player[]): Promise<string[]>
}

const shortMin = 2.5
const one = (players: readonly Player[], n = 0): Player => {
  const player = players[n]
  if (!player) throw new Error('a scheme is short of players')
  return player
}

/** Taps of a visit that nobody gives, one after the other as if it had been. */
async function faked(
  stage: Stage,
  cast: Cast,
  player: Player,
  how: { phone?: Phone; links?: readonly string[]; home?: ReturnType<Cast['office']['home']>; photo?: string },
): Promise<string> {
  const { phone = player.phone, links, home, photo } = how
  const [visit, { door }] = await cast.office.plan(player.id, { from: stage.network.now(), minutes: shortMin }, home)
  phone.position = act.near(door, phone.random)
  begin(cast, phone, visit, door, links?.[0])
  await stage.network.sleep(shortMin * minuteMs)
  act.serve(phone, [visit])
  if (photo !== undefined) act.photograph(phone, [visit], photo)
  end(cast, phone, visit, door, links?.[1])
  await phone.settled()
  return visit.id
}

export const schemes: readonly Scheme[] = [
  {
    name: 'harvested links',
    truth:
      'links of a door’s tag gathered in one go and sent for a later visit; a colleague’s honest visit lies between',
    seenBy: ['cloned-tag', 'counter-overtaken', 'ends-counters-disagree'],
    players: 2,
    async play(stage, cast, players) {
      const home = cast.office.home()
      const links = [cast.doors.touch(home.door.home), cast.doors.touch(home.door.home)]
      await honest(stage, cast, one(players, 1), { minutes: shortMin, home })
      return [await faked(stage, cast, one(players), { links, home })]
    },
  },
  {
    name: 'one phone, two caregivers',
    truth: 'one phone taken into use by two caregivers taps for both, in two homes at one hour',
    seenBy: ['two-caregivers-one-phone', 'phone-shared-undeclared'],
    players: 2,
    async play(stage, cast, players) {
      const phone = cast.another('shared-phone')
      const visits: string[] = []
      for (const player of [one(players), one(players, 1)]) {
        const { link } = await cast.office.provider.post<{ link: string }>(`/api/caregivers/${player.id}/phone-link`)
        await phone.join(link)
        visits.push(await faked(stage, cast, player, { phone }))
      }
      return visits
    },
  },
  {
    name: 'tap and leave',
    truth: 'in and out again within seconds of an hour’s visit',
    seenBy: ['ends-too-close', 'too-short'],
    players: 1,
    async play(stage, cast, players) {
      const { id, phone } = one(players)
      const [visit, { door }] = await cast.office.plan(id, { from: stage.network.now(), minutes: 60 })
      phone.position = act.near(door, phone.random)
      begin(cast, phone, visit, door)
      await phone.settled()
      await stage.network.sleep(20_000)
      end(cast, phone, visit, door)
      await phone.settled()
      return [visit.id]
    },
  },
  {
    name: 'replay',
    truth: 'the link of an honest visit is sent again for another one, from another phone',
    seenBy: ['counter-replayed', 'replayed-tag'],
    players: 2,
    async play(stage, cast, players) {
      const { id, phone } = one(players, 1)
      const [first, home] = await cast.office.plan(id, { from: stage.network.now(), minutes: shortMin })
      phone.position = act.near(home.door, phone.random)
      const link = begin(cast, phone, first, home.door)
      await stage.network.sleep(shortMin * minuteMs)
      end(cast, phone, first, home.door)
      await phone.settled()
      return [await faked(stage, cast, one(players), { links: [link], home })]
    },
  },
  {
    name: 'far from the door',
    truth: 'a tag taken off its door is tapped at the worker’s own home, some kilometres away',
    seenBy: ['far-from-home', 'position-far'],
    players: 1,
    async play(stage, cast, players) {
      const { id, phone } = one(players)
      const [visit, { door }] = await cast.office.plan(id, { from: stage.network.now(), minutes: shortMin })
      phone.position = { ...act.near(door, phone.random), lat: door.lat + 0.05 }
      begin(cast, phone, visit, door)
      await stage.network.sleep(shortMin * minuteMs)
      end(cast, phone, visit, door)
      await phone.settled()
      return [visit.id]
    },
  },
  {
    name: 'posed photo',
    truth: 'one photo is sent for two visits',
    seenBy: ['photo-seen-before'],
    players: 1,
    async play(stage, cast, players) {
      const photo = photoOfRoom(stage.random)
      await faked(stage, cast, one(players), { photo })
      return [await faked(stage, cast, one(players), { photo })]
    },
  },
  {
    name: 'filled in afterwards',
    truth: 'a visit that nobody gave is typed in when its hour is nearly over, both ends in one go',
    seenBy: ['backfilled', 'typed-in'],
    players: 1,
    async play(stage, cast, players) {
      const { id, phone } = one(players)
      const [visit] = await cast.office.plan(id, { from: stage.network.now() - 50 * minuteMs, minutes: 60 })
      phone.type(visit.id, 'begin', 'forgotten')
      phone.type(visit.id, 'end', 'forgotten')
      await phone.settled()
      return [visit.id]
    },
  },
]
