import type { Scenario } from '../scenario.ts'

export const batteryChange: Scenario = {
  about: 'a press, a battery change that empties the memory, and a press that uses the same id again',
  cast: ['button'],
  async play(stage) {
    const button = stage.button()
    stage.log(`${button.id} pressed: ${button.press()}`)
    await button.settled()
    await button.powerCut()
    button.changeBattery()
    await stage.clock.sleep(1_000)
    button.powerOn()
    stage.log(`${button.id} pressed: ${button.press()}`)
    await button.settled()
  },
}
