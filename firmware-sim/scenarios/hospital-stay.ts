import { pressureAt } from '../life/body.ts'
import { dayMs, dayOf, minuteMs } from '../life/calendar.ts'
import { personOf } from '../life/person.ts'
import type { Scenario } from '../scenario.ts'

export const hospitalStay: Scenario = {
  about: 'three weeks of a conscientious measurer with eight days missing in the middle, which were spent in hospital',
  cast: ['bp-meter'],
  async play(stage) {
    const meter = stage.meter({ window: 8 })
    const person = personOf(stage.seed, meter.id, { conditions: ['hypertension'] })
    const today = dayOf(stage.clock.now())
    const into = stage.random.whole(5, 8)
    for (let n = 0; n < 21; n++) {
      if (n >= into && n < into + 8) continue
      const atMs = today - (21 - n) * dayMs + (person.habits.wakesMin + stage.random.between(20, 40)) * minuteMs
      meter.take(pressureAt(person, atMs, stage.random), atMs)
    }
    stage.log(`${meter.id}: 13 readings, and a gap of eight days after the first ${into}`)
    await meter.settled()
  },
}
