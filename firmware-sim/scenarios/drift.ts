import { likelyMeasurement } from '../bp-meter.ts'
import { wrongClock } from '../clock.ts'
import type { Scenario } from '../scenario.ts'

const hourMs = 3_600_000

export const drift: Scenario = {
  about: 'a button and a meter whose clocks are wrong: hours ahead, and back in 2011 as after a flat battery',
  cast: ['button', 'bp-meter'],
  async play(stage) {
    const ahead = wrongClock(stage.clock, { offsetMs: stage.random.whole(1, 5) * hourMs, driftPpm: 200 })
    const button = stage.button({ clock: ahead })
    const flatBattery = wrongClock(stage.clock, { offsetMs: Date.UTC(2011, 0, 1) - stage.clock.now() })
    const meter = stage.meter({ clock: flatBattery })
    stage.log(`${button.id} pressed: ${button.press()}`)
    stage.log(`${meter.id} measured: ${meter.measure(likelyMeasurement(stage.random))}`)
    await Promise.all([button.settled(), meter.settled()])
  },
}
