import { statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'

const IN_MEMORY = '/dev/shm'
/** What the runs at their widest keep at once is a third of it. */
const ROOM_BYTES = 6 * 2 ** 30

/**
 * Where a run's throw-away databases lie: in memory where there is room, else on disk. A fresh database is a thousand
 * files, and on disk a run spends most of its system time making and deleting them. What is killed loses nothing either
 * way; what a power cut would lose is no test's matter.
 */
export function scratchFolder(): string {
  try {
    const { bavail, bsize } = statfsSync(IN_MEMORY)
    return bavail * bsize >= ROOM_BYTES ? IN_MEMORY : tmpdir()
  } catch {
    return tmpdir()
  }
}
