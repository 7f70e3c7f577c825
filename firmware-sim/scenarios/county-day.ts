import { doorsOf, householdsOf } from '../fleet/home.ts'
import { perform } from '../fleet/playable.ts'
import { dayMs, dayOf } from '../life/calendar.ts'
import { planDay } from '../life/day.ts'
import { planRounds } from '../life/rounds.ts'
import type { Scenario } from '../scenario.ts'
import { StoryClock } from '../story.ts'

const usuallyMs = 120_000
const breathEveryActs = 20

export const countyDay: Scenario = {
  about:
    'the last twenty-four hours of a village or county, told in two minutes (or --for): meals, rounds, mistakes, presses',
  cast: [],
  village: 300,
  async play(stage) {
    const now = stage.clock.now()
    const began = now - dayMs
    const story = new StoryClock(began, stage.network)
    const { entries, machines } = stage.village(story, { heartbeatMs: 60_000, sleeps: false })
    const uses = new Map(machines.flatMap((machine) => machine.uses.map((use) => [use.id, use] as const)))
    for (const { device } of machines) device.powerOn()
    await Promise.all(machines.map(({ device }) => device.until((d) => d.online)))
    const days = [dayOf(began), dayOf(now)]
    const acts = [
      ...householdsOf(entries, stage.seed).flatMap((home) => days.flatMap((day) => planDay(home, day))),
      ...days.flatMap((day) => planRounds(stage.seed, doorsOf(entries), day)),
    ]
    const told = acts.filter((act) => act.atMs >= began && act.atMs < now).sort((a, b) => a.atMs - b.atMs)
    const speed = dayMs / Math.max(1, stage.forMs ?? usuallyMs)
    stage.log(`${machines.length} devices; ${told.length} things happen in a day, ${Math.round(speed)} times as fast`)
    let count = 0
    for (const act of told) {
      const waitMs = (act.atMs - story.now()) / speed
      // A day in no time still lets the network breathe.
      if (waitMs >= 1 || ++count % breathEveryActs === 0) await stage.network.sleep(waitMs)
      story.tell(act.atMs)
      const use = uses.get(act.device)
      if (use && perform(act, use) && act.does === 'press') stage.log(`${act.device} was pressed (${act.why})`)
    }
    story.tell(now)
    await Promise.all(machines.map(({ device }) => device.settled()))
  },
}
