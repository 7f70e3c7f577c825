import { spawnSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { access, link, mkdir, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { CannotStart } from '@anju/domain/cannot-start'
import { as, type Account } from './account.ts'

/** Where root's clusters and copied binaries go when their own place cannot be reached by the server's user. */
export const SHARED_FOLDER = '/var/lib/anju'

/** In the data folder: where the cluster is when it is not beside it. */
const NOTE = 'postgres.place'

/** Makes the data folder and answers its real path; one plain sentence when it cannot be written. */
export async function openDataFolder(dataFolder: string): Promise<string> {
  try {
    await mkdir(dataFolder, { recursive: true })
    const real = await realpath(dataFolder)
    await access(real, constants.W_OK | constants.X_OK)
    return real
  } catch (cause) {
    throw new CannotStart(`The data folder ${dataFolder} cannot be written: choose another with ANJU_DATA.`, { cause })
  }
}

/**
 * The folder of the cluster: `postgres` in the data folder, or, where the server's user cannot enter that (root's
 * home is 0700), a folder of its own under /var/lib/anju, remembered in the data folder. The name is partly random:
 * a data folder that was deleted and made anew begins with a new cluster, as its owner expects.
 */
export async function clusterPlace(dataFolder: string, account: Account | null): Promise<string> {
  const note = path.join(dataFolder, NOTE)
  const noted = await readNote(note)
  if (noted !== null) return noted
  if (account === null || canEnter(dataFolder, account)) return path.join(dataFolder, 'postgres')

  const hash = createHash('sha256').update(dataFolder).digest('hex').slice(0, 12)
  const place = path.join(SHARED_FOLDER, `${hash}-${randomBytes(4).toString('hex')}`)
  const draft = `${note}.${process.pid}`
  await writeFile(draft, `${place}\n`)
  // A link is made by one of two starters only; the other takes what is there.
  await link(draft, note).catch(() => undefined)
  await rm(draft)
  return (await readNote(note)) ?? place
}

async function readNote(note: string): Promise<string | null> {
  const text = await readFile(note, 'utf8').catch(() => null)
  return text?.trim() || null
}

function canEnter(folder: string, account: Account): boolean {
  return spawnSync('test', ['-x', folder], { ...as(account), cwd: '/', stdio: 'ignore' }).status === 0
}

/** Linux allows 107 bytes for a socket's path; `/.s.PGSQL.5432` takes 14 of them. */
const LONGEST_SOCKET_FOLDER = 107 - 14

/**
 * Where the server's socket is. In the cluster's folder, which only its owner may enter; under /tmp, equally closed,
 * when that path is too long for a socket.
 */
export function socketFolder(place: string): string {
  const beside = path.join(place, 'socket')
  if (Buffer.byteLength(beside) <= LONGEST_SOCKET_FOLDER) return beside
  return `/tmp/anju-${createHash('sha256').update(place).digest('hex').slice(0, 16)}`
}
