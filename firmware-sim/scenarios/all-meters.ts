import { measured } from '../life/body.ts'
import { personOf } from '../life/person.ts'
import { meterKinds } from '../meter.ts'
import type { Scenario } from '../scenario.ts'

export const allMeters: Scenario = {
  about: 'one reading of each meter there is; the cuff and the glucose meter speak in Bluetooth frames',
  cast: [...meterKinds],
  async play(stage) {
    const person = personOf(stage.seed, 'everything', { conditions: ['hypertension', 'diabetes', 'copd'] })
    const meters = meterKinds.map((kind) => {
      const meter = stage.gauge(kind, { speaks: 'gatt' })
      const value = measured(kind, person, stage.clock.now(), stage.random)
      stage.log(`${meter.id} ${JSON.stringify(value)}: ${meter.take(value)}`)
      return meter
    })
    await Promise.all(meters.map((meter) => meter.settled()))
  },
}
