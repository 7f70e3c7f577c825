import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, expect, onTestFinished } from 'vitest'
import { copyProject, type Copy } from './copy.ts'
import { descendants, freePorts, isAlive, start, type Ports, type Start, type Started } from './product.ts'

export const pidOf = (started: Started): number => started.child.pid ?? 0

export interface Clone {
  readonly copy: Copy
  readonly ports: Ports
  /** Whatever a test started is gone at its end, also when it failed. */
  run(options?: Partial<Start>): Started
  /** A start that must not succeed: what it says, and that it leaves nothing behind. */
  refused(options: Partial<Start>): Promise<string>
  /** The process of the clone's own database; fails when there is none. */
  postmaster(): Promise<number>
}

/**
 * A clone below a folder that only its owner may enter: root's own home, as `git clone && npm ci && npm start` finds
 * it. The tests of a file share its data folder and go on from each other; run by root, they try what only root meets.
 */
export function cloneForThisFile(): Clone {
  let copy: Copy
  let ports: Ports
  beforeAll(async () => {
    copy = await copyProject(0o700)
    ports = await freePorts()
  })
  afterAll(() => copy.remove())

  const run = (options: Partial<Start> = {}): Started => {
    const started = start({ folder: copy.folder, ports, ...options })
    onTestFinished(async () => {
      const group = pidOf(started)
      const left = descendants(group)
      if (isAlive(group) || left.some(isAlive)) process.kill(-group, 'SIGKILL')
      for (const pid of left.filter(isAlive)) process.kill(pid, 'SIGKILL') // the database has a group of its own
      await started.ended
    })
    return started
  }
  return {
    get copy() {
      return copy
    },
    get ports() {
      return ports
    },
    run,
    async refused(options) {
      const started = run(options)
      const { code } = await started.ended
      expect(code).toBe(1)
      return started.output().trim()
    },
    async postmaster() {
      const place = await readFile(path.join(copy.folder, 'data/postgres.place'), 'utf8').then(
        (text) => text.trim(),
        () => path.join(copy.folder, 'data/postgres'),
      )
      return Number((await readFile(path.join(place, 'cluster/postmaster.pid'), 'utf8')).split('\n')[0])
    },
  }
}

/** Ends it as an operator does: with code 0, and nothing of it is left. */
export async function stop(started: Started): Promise<void> {
  await endsCleanly(started, () => started.child.kill('SIGTERM'))
}

/** Asks it to end: it does so with code 0, and nothing of it is left. */
export async function endsCleanly(started: Started, ask: () => void): Promise<void> {
  const left = descendants(pidOf(started))
  ask()
  expect(await started.ended).toEqual({ code: 0, signal: null })
  // what was told to end is gone a moment after the one who told it
  await expect.poll(() => left.filter(isAlive), { timeout: 20_000 }).toEqual([])
}
