import { dayMs, dayOf } from '../life/calendar.ts'
import { planDay } from '../life/day.ts'
import { personOf } from '../life/person.ts'
import type { Scenario } from '../scenario.ts'

export const monthOffline: Scenario = {
  about: 'a meter without network for thirty days, measured with all the same; the month arrives at once and complete',
  cast: ['bp-meter'],
  async play(stage) {
    const link = await stage.link()
    link.cut()
    const meter = stage.meter({ backoff: { minMs: 100, maxMs: 1_000 }, window: 8 }, link)
    const tools = [{ device: meter.id, kind: 'bp-meter' }] as const
    const people = [personOf(stage.seed, meter.id, { conditions: ['hypertension'] })]
    const now = stage.clock.now()
    for (let day = dayOf(now) - 30 * dayMs; day < now; day += dayMs) {
      for (const act of planDay({ id: meter.id, seed: stage.seed, people, tools, market: 0 }, day)) {
        if (act.does === 'measure' && act.atMs < now) meter.take(act.value, act.atMs)
      }
    }
    stage.log(`${meter.id}: ${meter.pending().length} readings of a month wait; now the network is back`)
    link.heal()
    await meter.settled()
  },
}
