import { pressureAt } from '../life/body.ts'
import { hourMs } from '../life/calendar.ts'
import { personOf } from '../life/person.ts'
import type { Scenario } from '../scenario.ts'

const readings = 1_500

export const hubBacklog: Scenario = {
  about: 'a hub comes back with an outbox full of its children’s readings, and a press at that moment passes them all',
  cast: ['hub'],
  async play(stage) {
    const link = await stage.link()
    link.cut()
    const hub = stage.hub({ backoff: { minMs: 100, maxMs: 1_000 } }, link)
    const [child = hub.id, button = child] = hub.children
    const person = personOf(stage.seed, child)
    const now = stage.clock.now()
    for (let n = readings; n > 0; n--) {
      const atMs = now - (n * 72 * hourMs) / readings
      hub.take(child, pressureAt(person, atMs, stage.random), atMs)
    }
    const press = hub.press(button)
    stage.log(`${hub.id}: ${readings} readings wait, then ${press} was pressed; now the network is back`)
    link.heal()
    await hub.until((h) => h.acknowledged.includes(press))
    const before = hub.acknowledged.indexOf(press)
    stage.log(
      `${hub.id}: ${press} was acknowledged with ${before} readings before it and ${readings - before} behind it`,
    )
    await hub.settled()
  },
}
