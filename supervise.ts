import { fork, type ChildProcess } from 'node:child_process'
import type { Logger } from 'pino'
import { CannotStart } from '@anju/domain/cannot-start'

/** What a child tells the supervisor; anything said the other way means stop. */
export type Report = { kind: 'ready' } | { kind: 'cannot-start'; sentence: string; portBusy: boolean }

export type ChildOptions = {
  name: string
  /** The program and its arguments. */
  module: string
  args: string[]
  env: NodeJS.ProcessEnv
  /** Options of Node itself. */
  nodeArgs?: string[]
  /** It says when it is ready; one that does not counts as ready at once. */
  reports: boolean
  /** Until then (ms since the epoch) a busy port at the first start belongs to a dying process of ours. */
  portsBusyUntil: number
  log: Logger
}

export type Child = {
  /** Rejected with CannotStart when the first start fails. */
  ready: Promise<void>
  /** Asks it to drain; ends it when it has not within the time a process may drain. */
  stop(): Promise<void>
}

/** A small nursery: ten thousand idle devices then take 60 MB less, and a reading lives too short to notice. */
export const GATEWAY_NODE_ARGS = ['--max-semi-space-size=8']

/** A county of devices mostly waits: what a day's plan leaves behind is soon swept up. */
export const SIMULATOR_NODE_ARGS = ['--max-semi-space-size=2']

/** What a process may still do after it was asked to stop. Batches commit in milliseconds; this is for a slow disk. */
export const DRAIN_MS = 8000
const FIRST_WAIT_MS = 250
const LONGEST_WAIT_MS = 10_000
/** A child that lived this long had a good start; its next death is a new misfortune. */
const GOOD_LIFE_MS = 30_000

/** Runs a program as a child that is started again, ever more slowly, whenever it ends. */
export function superviseChild(options: ChildOptions): Child {
  const { name, log } = options
  let child: ChildProcess
  let stopping = false
  let waitMs = FIRST_WAIT_MS
  let timer: NodeJS.Timeout | undefined
  let gone: () => void = () => undefined
  const ended = new Promise<void>((resolve) => {
    gone = resolve
  })
  const { promise: ready, resolve, reject } = Promise.withResolvers<void>()
  let wasReady = false

  const start = (): void => {
    timer = undefined
    const began = Date.now()
    let report: Report | undefined
    child = fork(options.module, options.args, {
      env: options.env,
      execArgv: options.nodeArgs ?? [],
      stdio: ['ignore', 2, 2, 'ipc'], // logs; our own standard output is for people
    })
    child.on('error', (error) => {
      log.error({ child: name, error: String(error) }, 'a process cannot be run')
      if (child.pid === undefined) end(null, null) // it never was, so it does not exit
    })
    child.on('message', (message) => {
      report = asReport(message)
      if (report?.kind === 'ready') becameReady()
    })
    if (!options.reports) child.once('spawn', becameReady)
    const end = (code: number | null, signal: NodeJS.Signals | null): void => {
      if (stopping) return gone()
      const busy = report?.kind === 'cannot-start' && report.portBusy && Date.now() < options.portsBusyUntil
      if (!wasReady && !busy) {
        stopping = true
        gone()
        const how = signal ?? `code ${code}`
        const sentence = report?.kind === 'cannot-start' ? report.sentence : `The ${name} ended at its start (${how}).`
        return reject(new CannotStart(sentence))
      }
      if (Date.now() - began > GOOD_LIFE_MS) waitMs = FIRST_WAIT_MS
      timer = setTimeout(() => {
        const sentence = report?.kind === 'cannot-start' ? report.sentence : undefined
        log.warn({ child: name, code, signal, sentence }, 'a process ended; starting it again')
        start()
      }, waitMs)
      if (!busy) waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)
    }
    child.once('exit', end)
  }

  const becameReady = (): void => {
    wasReady = true
    resolve()
  }

  start()
  // Whoever awaits `ready` hears of a failure; a stop before that must not leave it unheard.
  ready.catch(() => undefined)
  return {
    ready,
    async stop() {
      const alive = !stopping && timer === undefined
      stopping = true
      clearTimeout(timer)
      if (!alive) return
      if (child.connected) child.disconnect()
      const late = setTimeout(() => child.kill('SIGKILL'), DRAIN_MS + 1000)
      await ended
      clearTimeout(late)
    },
  }
}

/** Whether this process was started by a supervisor. */
export const isChild = process.send !== undefined

/** Tells the supervisor, if there is one. */
export function report(message: Report): void {
  // A supervisor that dies at this moment is heard of by `disconnect`.
  if (process.connected) process.send?.(message, () => undefined)
}

/**
 * Answers when this process is asked to stop: by a signal, or because the supervisor that started it says so or is
 * gone. Without `ctrlC` an interrupt is left to the supervisor, since a terminal sends it to parent and children alike.
 */
export function askedToStop({ ctrlC }: { ctrlC: boolean }): Promise<void> {
  // A reader of our output that went away is no reason to end in the middle of something.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)
  return new Promise((resolve) => {
    const stop = () => resolve()
    process.on('SIGTERM', stop).on('disconnect', stop)
    for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, ctrlC ? stop : () => undefined)
  })
}

function asReport(message: unknown): Report | undefined {
  if (typeof message !== 'object' || message === null || !('kind' in message)) return undefined
  if (message.kind === 'ready') return { kind: 'ready' }
  if (message.kind !== 'cannot-start' || !('sentence' in message)) return undefined
  return {
    kind: 'cannot-start',
    sentence: String(message.sentence),
    portBusy: 'portBusy' in message && message.portBusy === true,
  }
}
