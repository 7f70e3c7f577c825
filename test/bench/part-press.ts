import { readFile } from 'node:fs/promises'
import { type Figure, middle, type Part, percentile, type Target } from './figure.ts'
import { runLoad } from './load.ts'
import { type Stage, startGateway } from './stage.ts'

const METERS = 1000
/** At 20 presses a second nobody presses twice within ten seconds. */
const BUTTONS = 200
const PRESSES_PER_S = 20
const ROUNDS = 3
const SECONDS = 7

const LOADS: { readings: number; target?: Target }[] = [
  { readings: 0 },
  { readings: 5000, target: { atMost: 15 } },
  { readings: 10_000, target: { atMost: 30 } },
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
  const inside: number[] = []
  try {
    await under(5000, 3) // compiles the hot path
    for (const { readings, target } of LOADS) {
      const runs = []
      for (let i = 0; i < ROUNDS; i++) {
        await resolveAll(stage)
        const began = Date.now()
        runs.push(await under(readings, SECONDS))
        inside.push(percentile(await commitsMs(gateway.logFile, began), 0.99))
      }
      const taken = middle(runs.map(([, run]) => run.acknowledgedPerS))
      const overloaded =
        taken < 0.95 * readings ? ' This machine took fewer readings than were sent: a queue is timed.' : ''
      const words = readings === 0 ? 'nothing else sent' : `under ${readings.toLocaleString('en')} readings/s`
      figures.push(
        { what: `Press → PUBACK, median, ${words}`, unit: 'ms', runs: runs.map(([run]) => run.presses.p50) },
        {
          what: `**Press → PUBACK, p99, ${words}**`,
          unit: 'ms',
          runs: runs.map(([run]) => run.presses.p99),
          ...(target === undefined ? {} : { target }),
          note: `${runs.reduce((sum, [run]) => sum + run.presses.count, 0)} presses in all, each raising an alarm.${overloaded}`,
        },
        { what: `of it from decoded to committed, p99, ${words}`, unit: 'ms', runs: inside.splice(0) },
      )
      if (readings === 0) continue
      figures.push(
        { what: `Readings acknowledged meanwhile`, unit: '/s', runs: runs.map(([, run]) => run.acknowledgedPerS) },
        { what: `Reading → PUBACK, p99, ${words}`, unit: 'ms', runs: runs.map(([, run]) => run.readings.p99) },
      )
    }
  } finally {
    await gateway.stop()
  }
  return { title: 'A press among readings: 20 presses a second, 1,000 meters', figures }
}

/** What the gateway itself says a press took, from its decoding to its COMMIT. */
async function commitsMs(logFile: string, since: number): Promise<number[]> {
  const lines = (await readFile(logFile, 'utf8')).split('\n').filter((line) => line.includes('"press committed"'))
  return lines
    .map((line) => JSON.parse(line) as { time: number; ms: number })
    .filter(({ time }) => time >= since)
    .map(({ ms }) => ms)
}

/** So that every press raises an alarm, which is more work than joining one. */
export async function resolveAll({ pool }: Stage): Promise<void> {
  await pool.query(`update alarm set state = 'resolved', resolved_at = $1 where state <> 'resolved'`, [new Date()])
}
