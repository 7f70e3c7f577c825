import { householdsOf } from '../fleet/home.ts'
import { perform } from '../fleet/playable.ts'
import { dayMs, dayOf, hourMs } from '../life/calendar.ts'
import { planDay } from '../life/day.ts'
import type { Scenario } from '../scenario.ts'
import { StoryClock } from '../story.ts'

const outageMs = 36 * hourMs

export const villagePowerCut: Scenario = {
  about:
    'a village’s power and mast fail for a day and a half; all come back at once with full outboxes, and one presses',
  cast: [],
  village: 300,
  async play(stage) {
    const mast = await stage.link()
    const now = stage.clock.now()
    const story = new StoryClock(now - outageMs, stage.network)
    const backoff = { minMs: 200, maxMs: 5_000, firstMs: 1_500 }
    const { entries, machines } = stage.village(story, { backoff, heartbeatMs: 60_000, sleeps: false }, mast)
    const uses = new Map(machines.flatMap((machine) => machine.uses.map((use) => [use.id, use] as const)))
    mast.cut()
    const mains = machines.filter(({ entry }) => entry.kind === 'hub')
    for (const machine of machines) if (!mains.includes(machine)) machine.device.powerOn()
    const acts = householdsOf(entries, stage.seed).flatMap((home) =>
      [-2, -1, 0].flatMap((n) => planDay(home, dayOf(now) + n * dayMs)),
    )
    const meanwhile = acts.filter((act) => act.does !== 'press' && act.atMs > now - outageMs && act.atMs < now)
    for (const act of meanwhile.sort((a, b) => a.atMs - b.atMs)) {
      story.tell(act.atMs)
      const use = uses.get(act.device)
      if (use) perform(act, use) // children of a dark hub remember by themselves
    }
    story.tell(now)
    stage.log(`${machines.length} devices; ${meanwhile.length} readings were taken in the dark`)
    const stored: string[] = []
    for (const { device } of machines) device.events.on('acknowledged', (item) => stored.push(item.type))
    for (const { device } of mains) device.powerOn()
    mast.heal()
    const back = stage.network.now()
    let pressedMs = 0
    const presser = machines.findLast(({ entry }) => entry.kind === 'button')
    presser?.uses[0]?.press?.()
    presser?.device.events.once('acknowledged', () => (pressedMs = stage.network.now() - back))
    await Promise.all(machines.map(({ device }) => device.until((d) => d.online)))
    stage.log(`all ${machines.length} are back`)
    await Promise.all(machines.map(({ device }) => device.settled()))
    const before = stored.indexOf('press')
    if (presser)
      stage.log(
        `the press was stored ${pressedMs} ms after the mast was back, ${before} of ${stored.length} facts before it`,
      )
  },
}
