import { likelyMeasurement } from '../bp-meter.ts'
import type { Scenario } from '../scenario.ts'

const hourMs = 3_600_000

export const outageBackfill: Scenario = {
  about: 'two days of readings gathered while the network was away, sent at once when it is back',
  cast: ['bp-meter'],
  async play(stage) {
    const link = await stage.link()
    link.cut()
    const meter = stage.meter({ backoff: { minMs: 200, maxMs: 2_000 } }, link)
    const now = stage.clock.now()
    for (let hour = 48; hour > 0; hour -= 2) {
      const atMs = now - hour * hourMs + stage.random.whole(0, hourMs)
      meter.measure({ ...likelyMeasurement(stage.random), atMs })
    }
    stage.log(`${meter.id}: ${meter.pending().length} readings wait`)
    link.heal()
    await meter.settled()
  },
}
