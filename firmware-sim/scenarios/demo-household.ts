import { pressureAt } from '../life/body.ts'
import { personOf } from '../life/person.ts'
import type { Scenario, Stage } from '../scenario.ts'

const usuallyMs = 30 * 60_000
const minuteMs = 60_000
const firstPressMs = 20_000

export const demoHousehold: Scenario = {
  about: 'half an hour (or --for) of a calm household: heartbeats, readings every few minutes, now and then a press',
  cast: ['button', 'bp-meter'],
  async play(stage) {
    const button = stage.button()
    const meter = stage.meter()
    const person = personOf(stage.seed, meter.id, { conditions: ['hypertension'] })
    const end = stage.clock.now() + (stage.forMs ?? usuallyMs)
    const now = (): number => stage.clock.now()
    await Promise.all([
      every(stage, end, firstPressMs, [4 * minuteMs, 8 * minuteMs], () => button.press()),
      every(stage, end, 3_000, [2 * minuteMs, 5 * minuteMs], () => meter.take(pressureAt(person, now(), stage.random))),
    ])
  },
}

async function every(
  { clock, random }: Stage,
  end: number,
  firstMs: number,
  between: readonly [number, number],
  act: () => void,
): Promise<void> {
  for (let waitMs = firstMs; clock.now() + waitMs < end; waitMs = random.between(...between)) {
    await clock.sleep(waitMs)
    act()
  }
  await clock.sleep(Math.max(0, end - clock.now()))
}
