import type { Figure, Part } from './figure.ts'
import { runLoad } from './load.ts'
import { type Stage, startGateway } from './stage.ts'

const METERS = 1000
/** At 20 presses a second nobody presses twice within ten seconds. */
const BUTTONS = 200
const PRESSES_PER_S = 20
const ROUNDS = 3
const SECONDS = 8

const LOADS = [
  { readings: 5000, withinMs: 15 },
  { readings: 10_000, withinMs: 30 },
]

/** How long a press waits for its PUBACK, alarm raised and committed, while readings stream in. */
export async function pressPart(stage: Stage): Promise<Part> {
  const gateway = await startGateway(stage)
  const { broker } = gateway
  // Presses come from a process of their own: one that reads thousands of PUBACKs a second would time its own queue.
  const under = (readings: number, seconds: number) =>
    Promise.all([
      runLoad({ broker, meters: 0, readings: 0, buttons: BUTTONS, presses: PRESSES_PER_S, seconds }),
      runLoad({ broker, meters: METERS, readings, seconds }),
    ])
  const figures: Figure[] = []
  try {
    await under(5000, 3) // compiles the hot path
    for (const { readings, withinMs } of LOADS) {
      const runs = []
      for (let i = 0; i < ROUNDS; i++) {
        await resolveAll(stage)
        runs.push(await under(readings, SECONDS))
      }
      const words = `under ${readings.toLocaleString('en')} readings/s`
      figures.push(
        { what: `Press → PUBACK, median, ${words}`, unit: 'ms', runs: runs.map(([run]) => run.presses.p50) },
        {
          what: `**Press → PUBACK, p99, ${words}**`,
          unit: 'ms',
          runs: runs.map(([run]) => run.presses.p99),
          target: { atMost: withinMs },
          note: `${runs.reduce((sum, [run]) => sum + run.presses.count, 0)} presses in all, each raising an alarm.`,
        },
        { what: `Readings acknowledged meanwhile`, unit: '/s', runs: runs.map(([, run]) => run.acknowledgedPerS) },
        { what: `Reading → PUBACK, p99, ${words}`, unit: 'ms', runs: runs.map(([, run]) => run.readings.p99) },
      )
    }
  } finally {
    await gateway.stop()
  }
  return { title: 'A press among readings: 20 presses a second, 1,000 meters', figures }
}

/** So that every press raises an alarm, which is more work than joining one. */
export async function resolveAll({ pool }: Stage): Promise<void> {
  await pool.query(`update alarm set state = 'resolved', resolved_at = $1 where state <> 'resolved'`, [new Date()])
}
