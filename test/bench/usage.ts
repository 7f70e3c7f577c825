import { readdirSync, readFileSync } from 'node:fs'

/** Clock ticks of /proc a second: fixed by the kernel's interface to programs, not by its own timer. */
const TICKS_PER_S = 100

type Stat = { ppid: number; ownS: number; reapedS: number }

/** A process's parent and CPU seconds (user and system), its own and its ended children's: proc(5). */
function stat(pid: number | 'self'): Stat | undefined {
  let text: string
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'utf8')
  } catch {
    return undefined // it has ended
  }
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  const ticks = (from: number): number => (Number(fields[from]) + Number(fields[from + 1])) / TICKS_PER_S
  return { ppid: Number(fields[1]), ownS: ticks(11), reapedS: ticks(13) }
}

/** CPU seconds a process has used. */
export function cpuS(pid: number): number {
  return stat(pid)?.ownS ?? 0
}

/** CPU seconds of a process and of all its children, those that ended included: a PostgreSQL server by its postmaster. */
export function familyCpuS(pid: number): number {
  const parent = stat(pid)
  let total = (parent?.ownS ?? 0) + (parent?.reapedS ?? 0)
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const child = stat(Number(name))
    if (child?.ppid === pid) total += child.ownS + child.reapedS
  }
  return total
}

/** CPU seconds of our own children that have ended: what a program that just ran to its end used. */
export function endedChildrenCpuS(): number {
  return stat('self')?.reapedS ?? 0
}

export function parentOf(pid: number): number {
  const found = stat(pid)
  if (!found) throw new Error(`there is no process ${pid}`)
  return found.ppid
}

/** Resident memory now and at most, in MiB. */
export function memoryMb(pid: number): { now: number; most: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const mb = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0) / 1024
  return { now: mb('VmRSS'), most: mb('VmHWM') }
}
