import { likelyMeasurement } from '../bp-meter.ts'
import type { Scenario } from '../scenario.ts'

export const duplicates: Scenario = {
  about: 'a meter that sends every reading twice, byte for byte',
  cast: ['bp-meter'],
  async play(stage) {
    const meter = stage.meter({ duplicates: 1 })
    for (let n = 0; n < 5; n++) meter.measure(likelyMeasurement(stage.random))
    await meter.settled()
  },
}
