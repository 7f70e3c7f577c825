import { dayMs, dayOf, festival as festivalOf } from '../life/calendar.ts'
import { planDay } from '../life/day.ts'
import { personOf } from '../life/person.ts'
import type { Scenario } from '../scenario.ts'

const feasts = new Set(['spring-festival', 'mid-autumn'])

export const festival: Scenario = {
  about:
    'the week before and the week of the last Spring or Mid-Autumn Festival: rich meals, and what they do to the numbers',
  cast: ['bp-meter', 'glucose-meter'],
  async play(stage) {
    const tools = [stage.meter({ window: 8 }), stage.gauge('glucose-meter', { window: 8 })]
    const [cuff, strips] = tools
    if (!cuff || !strips) return
    const people = [personOf(stage.seed, cuff.id, { conditions: ['hypertension', 'diabetes'] })]
    const household = {
      id: cuff.id,
      seed: stage.seed,
      people,
      tools: [
        { device: cuff.id, kind: 'bp-meter' },
        { device: strips.id, kind: 'glucose-meter' },
      ] as const,
      market: 0 as const,
    }
    const feast = lastFeast(dayOf(stage.clock.now()))
    stage.log(`the feast was on ${new Date(feast + dayMs / 2).toISOString().slice(0, 10)}`)
    for (let day = feast - 7 * dayMs; day < feast + 7 * dayMs; day += dayMs) {
      for (const act of planDay(household, day)) {
        if (act.does !== 'measure' || act.atMs > stage.clock.now()) continue
        tools.find((tool) => tool.id === act.device)?.take(act.value, act.atMs)
      }
    }
    await Promise.all(tools.map((tool) => tool.settled()))
  },
}

/** Its first day. */
function lastFeast(today: number): number {
  const isFeast = (day: number): boolean => feasts.has(festivalOf(day) ?? '')
  let day = today
  while (!isFeast(day)) day -= dayMs
  while (isFeast(day - dayMs)) day -= dayMs
  return day
}
