import { pressureAt } from '../life/body.ts'
import { dayMs, hourMs } from '../life/calendar.ts'
import { personOf } from '../life/person.ts'
import type { Scenario } from '../scenario.ts'

const daysOffline = 10

export const movedDevice: Scenario = {
  about: 'a meter with ten days in its outbox goes to another home before it is heard again (move it during --for)',
  cast: ['bp-meter'],
  async play(stage) {
    const link = await stage.link()
    link.cut()
    const meter = stage.meter({ backoff: { minMs: 100, maxMs: 1_000 } }, link)
    const [first, second] = [personOf(stage.seed, 'first home'), personOf(stage.seed, 'second home')]
    const now = stage.clock.now()
    for (let n = 0; n < 2 * daysOffline; n++) {
      const atMs = now - daysOffline * dayMs + n * 12 * hourMs
      meter.take(pressureAt(n < daysOffline ? first : second, atMs, stage.random), atMs)
    }
    const until = stage.forMs === undefined ? 'at once' : `in ${Math.round(stage.forMs / 1_000)} s`
    stage.log(`${meter.id}: ${meter.pending().length} readings of ten days wait; the network comes back ${until}`)
    await stage.network.sleep(stage.forMs ?? 0)
    link.heal()
    await meter.settled()
  },
}
