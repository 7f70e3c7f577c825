import { percentile } from './figure.ts'

/**
 * What any program on this machine must bear, in its own process: how late a 2 ms timer of an otherwise idle process
 * comes. The argument is for how many seconds. Prints the result as JSON, in milliseconds.
 */
export type Lateness = { p50: number; p99: number }

const TIMER_MS = 2

const late: number[] = []
const endsAt = performance.now() + Number(process.argv[2]) * 1000
for (let now = performance.now(); now < endsAt;) {
  await new Promise((resolve) => setTimeout(resolve, TIMER_MS))
  const then = performance.now()
  late.push(then - now - TIMER_MS)
  now = then
}
process.stdout.write(JSON.stringify({ p50: percentile(late, 0.5), p99: percentile(late, 0.99) } satisfies Lateness))
