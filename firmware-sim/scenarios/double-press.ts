import type { Scenario } from '../scenario.ts'

export const doublePress: Scenario = {
  about: 'a press, and a second one a few seconds later that joins its alarm',
  cast: ['button'],
  async play(stage) {
    const button = stage.button()
    stage.log(`${button.id} pressed: ${button.press()}`)
    await stage.clock.sleep(stage.random.whole(1_500, 4_000))
    stage.log(`${button.id} pressed: ${button.press()}`)
  },
}
