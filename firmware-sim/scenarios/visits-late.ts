import type { Scenario } from '../scenario.ts'
import * as act from '../phone/visit.ts'
import { begin, end, gather, minuteMs } from './cast.ts'

/** How long ago each visit should have begun, and what is to be said of that. */
const lateBy = [
  { minutes: 17, expects: 'caregiver-late', comes: true },
  { minutes: 33, expects: 'caregiver-missing', comes: true },
  { minutes: 59.5, expects: 'caregiver-missing', comes: false },
] as const
const planned = 60
const raisedWithinMs = 30_000
/** Nobody came within its hour: decided when that is over. */
const missedWithinMs = 120_000
const staysMs = 2.5 * minuteMs

export const visitsLate: Scenario = {
  about: 'three caregivers who did not come: late, missing, missed; two come at last, and their alarms clear',
  cast: [],
  caregivers: { most: 3, fewest: 3 },
  async play(stage) {
    const cast = await gather(stage)
    await Promise.all(
      lateBy.map(async ({ minutes, expects, comes }, n) => {
        const player = cast.players[n]
        if (!player) throw new Error('three caregivers are asked for')
        const from = stage.network.now() - minutes * minuteMs
        const [visit, { door }] = await cast.office.plan(player.id, { from, minutes: planned })
        const until = stage.network.now() + raisedWithinMs
        let kinds: string[] = []
        while (!kinds.includes(expects) && stage.network.now() < until) {
          await stage.network.sleep(2_000)
          kinds = await cast.office.alarms(visit.id)
        }
        if (comes) {
          player.phone.position = act.near(door, player.phone.random)
          begin(cast, player.phone, visit, door)
          await stage.network.sleep(stage.forMs ?? staysMs)
          end(cast, player.phone, visit, door)
          await player.phone.settled()
        }
        const over = stage.network.now() + missedWithinMs
        let { state } = await cast.office.visit(visit.id)
        while (!comes && state !== 'missed' && stage.network.now() < over) {
          await stage.network.sleep(2_000)
          state = (await cast.office.visit(visit.id)).state
        }
        const truth = comes ? `${minutes} minutes late` : 'nobody comes'
        stage.tell({ truth, staged: true, visits: [visit.id], found: [...kinds, state], seen: kinds.includes(expects) })
      }),
    )
  },
}
