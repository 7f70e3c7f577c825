import { dayMs, dayOf, minuteMs } from '../life/calendar.ts'
import type { Scenario } from '../scenario.ts'
import { StoryClock } from '../story.ts'

const atMinute = 3 * 60 + 12

export const nightPress: Scenario = {
  about: 'a press at 3:12 at night without network, and again a minute later; hours old when it arrives, and urgent',
  cast: ['button'],
  async play(stage) {
    const link = await stage.link()
    link.cut()
    const tonight = dayOf(stage.clock.now()) + atMinute * minuteMs
    const night = tonight < stage.clock.now() ? tonight : tonight - dayMs
    const story = new StoryClock(night, stage.network)
    const button = stage.button({ clock: story, backoff: { minMs: 100, maxMs: 1_000 } }, link)
    stage.log(`${button.id} pressed at night: ${button.press()}`)
    story.tell(night + minuteMs)
    stage.log(`${button.id} pressed again: ${button.press()}`)
    story.tell(stage.clock.now())
    link.heal()
    await button.settled()
  },
}
