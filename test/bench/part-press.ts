import { readFile } from 'node:fs/promises'
import type { BarePress } from './bare-press.ts'
import { runForJson } from './child.ts'
import { type Figure, middle, type Part, percentile, type Target } from './figure.ts'
import type { Lateness } from './late-timer.ts'
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

/** One run: the presses, the readings beside them, and what the machine and PostgreSQL alone allowed meanwhile. */
type Run = {
  press: Awaited<ReturnType<typeof runLoad>>
  reading: Awaited<ReturnType<typeof runLoad>>
  bare: BarePress
  late: Lateness
}

/** How long a press waits for its PUBACK, alarm raised and committed, while readings stream in. */
export async function pressPart(stage: Stage): Promise<Part> {
  const gateway = await startGateway(stage)
  const { broker } = gateway
  // Presses come from a process of their own: one that reads thousands of PUBACKs a second would time its own queue.
  const under = async (readings: number, seconds: number): Promise<Run> => {
    const [press, reading, bare, late] = await Promise.all([
      runLoad({ broker, meters: 0, readings: 0, buttons: BUTTONS, presses: PRESSES_PER_S, seconds }),
      runLoad({ broker, meters: METERS, readings, seconds }),
      runForJson<BarePress>('test/bench/bare-press.ts', [stage.bareUrl, String(PRESSES_PER_S), String(seconds)]),
      runForJson<Lateness>('test/bench/late-timer.ts', [String(seconds)]),
    ])
    return { press, reading, bare, late }
  }
  const figures: Figure[] = []
  const inside: number[] = []
  try {
    await under(5000, 3) // compiles the hot path
    for (const { readings, target } of LOADS) {
      const runs: Run[] = []
      for (let i = 0; i < ROUNDS; i++) {
        await resolveAll(stage)
        const began = Date.now()
        runs.push(await under(readings, SECONDS))
        inside.push(percentile(await commitsMs(gateway.logFile, began), 0.99))
      }
      const words = readings === 0 ? 'nothing else sent' : `under ${readings.toLocaleString('en')} readings/s`
      figures.push(
        ...pressFigures(words, runs, readings, target),
        { what: `of it from decoded to committed, p99, ${words}`, unit: 'ms', runs: inside.splice(0) },
        ...limitFigures(words, runs),
      )
      if (readings === 0) continue
      figures.push(
        { what: `Readings acknowledged meanwhile`, unit: '/s', runs: runs.map((run) => run.reading.acknowledgedPerS) },
        { what: `Reading → PUBACK, p99, ${words}`, unit: 'ms', runs: runs.map((run) => run.reading.readings.p99) },
      )
    }
  } finally {
    await gateway.stop()
  }
  return { title: 'A press among readings: 20 presses a second, 1,000 meters', figures }
}

function pressFigures(words: string, runs: Run[], readings: number, target: Target | undefined): Figure[] {
  const overloaded =
    middle(runs.map((run) => run.reading.acknowledgedPerS)) < 0.95 * readings
      ? ' This machine took fewer readings than were sent: a queue is timed.'
      : ''
  return [
    { what: `Press → PUBACK, median, ${words}`, unit: 'ms', runs: runs.map((run) => run.press.presses.p50) },
    {
      what: `**Press → PUBACK, p99, ${words}**`,
      unit: 'ms',
      runs: runs.map((run) => run.press.presses.p99),
      ...(target === undefined ? {} : { target }),
      note: `${runs.reduce((sum, run) => sum + run.press.presses.count, 0)} presses in all, each raising an alarm.${overloaded}`,
    },
  ]
}

/** What no program could do better at that moment, and how far from it ours is. */
function limitFigures(words: string, runs: Run[]): Figure[] {
  const of = (pick: (run: Run) => number): number[] => runs.map(pick)
  return [
    { what: `Limit: one bare row committed, median, ${words}`, unit: 'ms', runs: of((run) => run.bare.p50) },
    { what: `Limit: one bare row committed, p99, ${words}`, unit: 'ms', runs: of((run) => run.bare.p99) },
    { what: `Limit: an idle process’s timer is late, p99, ${words}`, unit: 'ms', runs: of((run) => run.late.p99) },
    { what: `Press ÷ bare row, median, ${words}`, unit: '', runs: of((run) => run.press.presses.p50 / run.bare.p50) },
    { what: `Press ÷ bare row, p99, ${words}`, unit: '', runs: of((run) => run.press.presses.p99 / run.bare.p99) },
  ]
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
  await pool.query(`update alarm set state = 'resolved', resolved_at = $1 where resolved_at is null`, [new Date()])
}
