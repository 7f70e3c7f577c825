import { calmLife } from '../fleet.ts'
import type { Scenario } from '../scenario.ts'

const lastsMs = 30 * 60_000

export const demoHousehold: Scenario = {
  about: 'half an hour of a calm household: heartbeats, readings every few minutes, now and then a press',
  cast: ['button', 'bp-meter'],
  async play(stage) {
    const button = stage.button()
    const meter = stage.meter()
    const over = new AbortController()
    const life = calmLife({ clock: stage.clock, random: stage.random, over: over.signal }, [
      { press: () => button.press() },
      { measure: (m) => meter.measure(m) },
    ])
    await stage.clock.sleep(lastsMs)
    over.abort()
    await life
  },
}
