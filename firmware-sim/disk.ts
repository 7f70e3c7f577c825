import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** The text of a file, or '' when there is none. */
export function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return ''
    throw error
  }
}

/** Replaces a file so that a power cut at any instant leaves the old text or the new, whole. */
export function writeDurably(path: string, text: string): void {
  const draft = `${path}.new`
  const file = openSync(draft, 'w')
  try {
    writeSync(file, text)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  renameSync(draft, path)
  syncFolder(dirname(path))
}

/** Makes a rename or a new file in `folder` survive a power cut. */
export function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

/** How often the device has been switched on, this time included: 1 on an empty disk. */
export function nextBoot(folder: string): number {
  mkdirSync(folder, { recursive: true })
  const path = join(folder, 'boot')
  const boot = (Number.parseInt(readOrEmpty(path), 10) || 0) + 1
  writeDurably(path, `${boot}\n`)
  return boot
}

/** What happens to a disk when the battery is changed by a careless hand: counters begin anew, ids are used again. */
export function wipeDisk(folder: string): void {
  rmSync(folder, { recursive: true, force: true })
}
