import { createHistogram, type RecordableHistogram } from 'node:perf_hooks'
import { rfc3339 } from '../clock.ts'
import { seeded } from '../random.ts'
import { Line, type LoadDevice } from './line.ts'

export type LoadOptions = {
  broker: string
  /** Send readings. With fewer connections than devices a connection speaks for several, which Anju's broker refuses. */
  meters: LoadDevice[]
  /** Send presses, each over a connection of its own. */
  buttons: LoadDevice[]
  connections?: number
  /** Readings a second, or 'max': as fast as they are acknowledged. */
  readingsPerS: number | 'max'
  pressesPerS: number
  seconds: number
  /** Messages a connection may have open. */
  window?: number
  seed: number
  /** Goes into every id, so that a second run is not a duplicate of the first. */
  run?: string
}

/** Milliseconds from a message's write to its PUBACK. */
export type Latency = { count: number; p50: number; p99: number; p999: number; max: number }
export type LoadResult = {
  seed: number
  run: string
  connections: number
  seconds: number
  sent: number
  acknowledged: number
  acknowledgedPerS: number
  /** Acknowledged later than a drain of 30 s after the end, or never. */
  unanswered: number
  broken: number
  readings: Latency
  presses: Latency
}

const READING = 0
const PRESS = 1
const connectingAtOnce = 100
const drainMs = 30_000
const tickMs = 1

/** Opens every connection, sends for `seconds`, waits for what is open. Rejects when a connection cannot be opened. */
export async function load(options: LoadOptions): Promise<LoadResult> {
  const run = options.run ?? Date.now().toString(36)
  const random = seeded(options.seed, 'load')
  const window = options.window ?? 200
  const meterLines = await openLines(options.broker, options.meters.slice(0, options.connections), window)
  const buttonLines = await openLines(options.broker, options.buttons, window)
  const lines = [...meterLines, ...buttonLines]
  const readings = createHistogram()
  const presses = createHistogram()
  let acknowledged = 0
  for (const line of lines) {
    line.onAnswered((kind, microseconds) => {
      acknowledged++
      const histogram = kind === PRESS ? presses : readings
      histogram.record(Math.max(1, Math.round(microseconds)))
    })
  }

  const at = (): string => rfc3339(Date.now())
  const readingBody = (n: number): string => {
    const systolic = random.whole(105, 165)
    return `{"id":"${run}-r${n}","at":"${at()}","kind":"blood-pressure","systolic":${systolic},"diastolic":${systolic - 50},"pulse":${random.whole(55, 95)},"unit":"mmHg"}`
  }
  const pressBody = (n: number): string => `{"id":"${run}-p${n}","at":"${at()}","button":"sos"}`
  const perS = options.readingsPerS === 'max' ? Number.MAX_SAFE_INTEGER : options.readingsPerS
  const streams: Stream[] = [
    // Presses first: when both are due, they are.
    {
      kind: PRESS,
      topic: 'press',
      devices: options.buttons,
      lines: buttonLines,
      perS: options.pressesPerS,
      body: pressBody,
    },
    { kind: READING, topic: 'reading', devices: options.meters, lines: meterLines, perS, body: readingBody },
  ].map((stream) => ({ ...stream, sent: 0, turn: 0 }))

  const startedAt = performance.now()
  const endsAt = startedAt + options.seconds * 1000
  for (let now = startedAt; now < endsAt; now = performance.now()) {
    for (const stream of streams) sendDue(stream, (now - startedAt) / 1000)
    for (const line of lines) line.flush()
    await new Promise((resolve) => setTimeout(resolve, tickMs))
  }
  const seconds = (performance.now() - startedAt) / 1000
  const inTime = acknowledged
  const sent = streams.reduce((sum, stream) => sum + stream.sent, 0)
  const giveUpAt = performance.now() + drainMs
  while (lines.some((line) => line.open > 0 && !line.broken) && performance.now() < giveUpAt) {
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  for (const line of lines) line.close()
  return {
    seed: options.seed,
    run,
    connections: lines.length,
    seconds: round(seconds),
    sent,
    acknowledged,
    acknowledgedPerS: Math.round(inTime / seconds),
    unanswered: sent - acknowledged,
    broken: lines.filter((line) => line.broken).length,
    readings: latency(readings),
    presses: latency(presses),
  }
}

type Stream = {
  kind: number
  topic: string
  devices: LoadDevice[]
  lines: Line[]
  perS: number
  body(n: number): string
  sent: number
  turn: number
}

/** Hands out what the rate asks for by now, device after device; a full connection's turn passes to the next. */
function sendDue(stream: Stream, elapsedS: number): void {
  const goal = Math.floor(stream.perS * elapsedS)
  for (let full = 0; stream.sent < goal && full < stream.lines.length;) {
    const device = stream.devices[stream.turn % stream.devices.length]
    const line = stream.lines[stream.turn++ % stream.lines.length]
    if (!device || !line?.room) {
      full++
      continue
    }
    full = 0
    line.send(`anju/v1/${device.id}/${stream.topic}`, stream.body(stream.sent++), stream.kind)
  }
}

async function openLines(broker: string, devices: LoadDevice[], window: number): Promise<Line[]> {
  const lines: Line[] = []
  for (let i = 0; i < devices.length; i += connectingAtOnce) {
    const some = devices.slice(i, i + connectingAtOnce).map((device) => Line.open(broker, device, window))
    lines.push(...(await Promise.all(some)))
  }
  return lines
}

function latency(histogram: RecordableHistogram): Latency {
  const ms = (microseconds: number): number => round(microseconds / 1000)
  if (histogram.count === 0) return { count: 0, p50: 0, p99: 0, p999: 0, max: 0 }
  return {
    count: histogram.count,
    p50: ms(histogram.percentile(50)),
    p99: ms(histogram.percentile(99)),
    p999: ms(histogram.percentile(99.9)),
    max: ms(histogram.max),
  }
}

const round = (value: number): number => Math.round(value * 100) / 100
