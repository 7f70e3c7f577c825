import { Battery } from '../battery.ts'
import type { Scenario } from '../scenario.ts'

const dayS = 86_400

export const batteryFlat: Scenario = {
  about: 'a battery runs down within half a minute, the button falls silent, gets a new cell and is pressed',
  cast: ['button'],
  async play(stage) {
    const battery = new Battery({ lifeDays: 60 / dayS, used: 0.6, sinceMs: stage.clock.now() })
    const button = stage.button({ battery, heartbeatMs: 2_000 })
    await button.until((b) => !b.on && !b.online)
    stage.log(`${button.id} has gone flat`)
    await stage.clock.sleep(3_000)
    battery.change(stage.clock.now())
    button.powerOn()
    stage.log(`${button.id} pressed with a new battery: ${button.press()}`)
    await button.settled()
  },
}
