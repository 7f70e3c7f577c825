import type { LoadResult } from '@anju/firmware-sim/load/load'
import { runForJson } from './child.ts'
import { endedChildrenCpuS } from './usage.ts'
import { SECRET } from './world.ts'

export type LoadPlan = {
  broker: string
  meters: number
  buttons?: number
  readings: number | 'max'
  presses?: number
  seconds: number
  /** Messages a connection may have unacknowledged; without it, the generator's own. */
  window?: number
}

const WINDOW = 20

/** One run of the load generator in its own process, with the CPU seconds it used, its connecting included. */
export async function runLoad(plan: LoadPlan): Promise<LoadResult & { cpuS: number }> {
  const { broker, meters, buttons = 0, readings, presses = 0, seconds, window = WINDOW } = plan
  const before = endedChildrenCpuS()
  const flags = {
    broker,
    meters,
    buttons,
    readings,
    presses,
    seconds,
    window,
    prefix: 'bench',
    secret: SECRET,
    seed: 7,
  }
  const args = Object.entries(flags).flatMap(([name, value]) => [`--${name}`, String(value)])
  const result = await runForJson<LoadResult>('firmware-sim/main.ts', ['load', ...args])
  return { ...result, cpuS: endedChildrenCpuS() - before }
}
