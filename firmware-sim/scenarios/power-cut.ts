import type { Scenario } from '../scenario.ts'

export const powerCut: Scenario = {
  about: 'ten rounds of presses with the power cut at random instants',
  cast: ['button'],
  async play(stage) {
    const button = stage.button({ backoff: { minMs: 100, maxMs: 2_000 } })
    for (let round = 1; round <= 10; round++) {
      for (let n = stage.random.whole(1, 3); n > 0; n--) button.press()
      await stage.clock.sleep(stage.random.whole(0, 150))
      await button.powerCut()
      stage.log(`${button.id} round ${round}: power cut`)
      await stage.clock.sleep(stage.random.whole(0, 300))
      button.powerOn()
      stage.log(`${button.id} round ${round}: power on, ${button.pending().length} waiting`)
    }
  },
}
