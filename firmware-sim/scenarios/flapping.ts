import type { Scenario } from '../scenario.ts'

export const flapping: Scenario = {
  about: 'a network that breaks, goes dead or loses the answers, again and again, under a press a second',
  cast: ['button'],
  async play(stage) {
    const link = await stage.link()
    const button = stage.button({ backoff: { minMs: 100, maxMs: 1_000 }, answerTimeoutMs: 2_000 }, link)
    for (let round = 0; round < 12; round++) {
      button.press()
      const trouble = stage.random.whole(0, 3)
      if (trouble === 1) link.cut()
      if (trouble === 2) link.goDead()
      if (trouble === 3) link.loseAnswers()
      await stage.clock.sleep(stage.random.whole(500, 1_500))
      if (trouble > 0) link.heal()
    }
  },
}
