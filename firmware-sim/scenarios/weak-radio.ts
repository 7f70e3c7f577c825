import { likelyMeasurement } from '../bp-meter.ts'
import { weakAir } from '../radio.ts'
import type { Scenario } from '../scenario.ts'

export const weakRadio: Scenario = {
  about: 'a cellar: messages and answers are lost, late, doubled and overtake one another; nothing may be missing',
  cast: ['button', 'bp-meter'],
  async play(stage) {
    const cellar = { air: weakAir, dBm: -108, window: 4, backoff: { minMs: 50, maxMs: 500 } }
    const button = stage.button(cellar)
    const meter = stage.meter(cellar)
    for (let n = 1; n <= 24; n++) {
      meter.measure(likelyMeasurement(stage.random))
      if (n % 6 === 0) button.press()
    }
    await Promise.all([button.settled(), meter.settled()])
  },
}
