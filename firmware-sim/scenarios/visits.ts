import type { Scenario } from '../scenario.ts'
import * as act from '../phone/visit.ts'
import { begin, end, gather, honest, minuteMs } from './cast.ts'

const usuallyMs = 2.5 * minuteMs
/** What is sent more than five minutes after it was tapped is sent later. */
const valleyMin = 6

export const visits: Scenario = {
  about:
    'three visits by phone from planning to signature: two proved in 2.5 minutes (or --for), one of six minutes without signal',
  cast: [],
  caregivers: { most: 3, fewest: 3 },
  async play(stage) {
    const cast = await gather(stage)
    const minutes = (stage.forMs ?? usuallyMs) / minuteMs
    const [one, two, three] = cast.players
    if (!one || !two || !three) throw new Error('three caregivers are asked for')
    const inTheValley = async () => {
      const [visit, { door }] = await cast.office.plan(three.id, { from: stage.network.now(), minutes: valleyMin })
      three.phone.position = act.near(door, three.phone.random)
      three.phone.covered = false
      begin(cast, three.phone, visit, door)
      await stage.network.sleep(valleyMin * minuteMs)
      act.serve(three.phone, [visit])
      end(cast, three.phone, visit, door)
      stage.log(`${three.phone.waiting.length} facts wait for coverage`)
      three.phone.covered = true
      await three.phone.settled()
      return visit
    }
    const given = await Promise.all([
      honest(stage, cast, one, { minutes }),
      honest(stage, cast, two, { minutes }),
      inTheValley(),
    ])
    for (const [n, { id }] of given.entries()) {
      const visit = await cast.office.visit(id)
      const worth = `begin ${visit.beginGrade ?? 'none'}, end ${visit.endGrade ?? 'none'}`
      const verified = visit.verified === true ? 'verified' : 'not verified'
      const truth = n < 2 ? 'honest, online' : 'honest, sent afterwards'
      stage.tell({ truth, staged: false, visits: [id], found: [visit.state, worth, verified], seen: null })
    }
  },
}
