import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { chmod, chown, lstat, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { CannotStart } from '@anju/domain/cannot-start'
import { as, type Account } from './account.ts'
import type { Binaries } from './binaries.ts'
import { SHARED_FOLDER, socketFolder } from './place.ts'

/** A made cluster: where it is and how one gets in. */
export type Cluster = {
  place: string
  data: string
  log: string
  socket: string
  /** Database `anju`, whose owner may do everything in it and nothing to the server. */
  url: string
  /** The server's superuser, for repairs and tests. */
  adminUrl: string
}

type Passwords = { anju: string; postgres: string }

/**
 * Opens the cluster in `place`, made if it is not there: PostgreSQL's own superuser and the user and database `anju`,
 * both passwords kept in `passwords.json` (0600). Everything is made in a folder beside and renamed whole, so that a
 * kill in between leaves nothing half made and of two starters one wins. Without `sync` a power cut may spoil it.
 */
export async function openCluster(
  place: string,
  binaries: Binaries,
  account: Account | null,
  sync: boolean,
): Promise<Cluster> {
  if (!existsSync(place)) await makeCluster(place, binaries, account, sync)
  const cluster = await describeCluster(place)
  await makeSocketFolder(cluster.socket, account)
  return cluster
}

/** A cluster that was made before. CannotStart when there is none. */
export async function describeCluster(place: string): Promise<Cluster> {
  const passwords = await readPasswords(place)
  const socket = socketFolder(place)
  const url = (user: keyof Passwords, database: string): string =>
    `postgresql://${user}:${passwords[user]}@localhost/${database}?host=${encodeURIComponent(socket)}`
  return {
    place,
    data: path.join(place, 'cluster'),
    log: path.join(place, 'log'),
    socket,
    url: url('anju', 'anju'),
    adminUrl: url('postgres', 'postgres'),
  }
}

async function makeCluster(place: string, binaries: Binaries, account: Account | null, sync: boolean): Promise<void> {
  const parent = path.dirname(place)
  await mkdir(parent, { recursive: true })
  if (parent === SHARED_FOLDER) await chmod(parent, 0o755)
  await sweepHalfMade(place)

  const half = `${place}.half-${process.pid}`
  const data = path.join(half, 'cluster')
  const passwords: Passwords = {
    anju: randomBytes(24).toString('base64url'),
    postgres: randomBytes(24).toString('hex'),
  }
  const passwordFile = path.join(half, 'password')
  for (const folder of [half, path.join(half, 'log')]) await mkdir(folder, { mode: 0o700 })
  await writeFile(path.join(half, 'passwords.json'), JSON.stringify(passwords), { mode: 0o600 })
  await writeFile(passwordFile, passwords.postgres, { mode: 0o600 })
  if (account !== null) {
    for (const each of [half, path.join(half, 'log'), path.join(half, 'passwords.json'), passwordFile]) {
      await chown(each, account.uid, account.gid)
    }
  }
  try {
    // prettier-ignore
    await run(binaries.initdb, ['--pgdata', data, '--username', 'postgres', '--pwfile', passwordFile,
      '--auth', 'scram-sha-256', '--encoding', 'UTF8', '--locale', 'C', '--locale-provider', 'builtin',
      '--builtin-locale', 'C.UTF-8', '--no-instructions', ...(sync ? [] : ['--no-sync'])], '', account)
    await rm(passwordFile)
    // The single-user server makes user and database before anybody can connect, so the rename brings a whole cluster.
    const sql = [`create role anju login password '${passwords.anju}'`, 'create database anju owner anju']
    await run(binaries.postgres, ['--single', '-D', data, 'postgres'], `${sql.join(';\n')};\n`, account)
    await rename(half, place).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error
    })
  } finally {
    await rm(half, { recursive: true, force: true })
  }
}

/** What a starter left that was killed during initdb, which may still be writing; what resists waits for next time. */
async function sweepHalfMade(place: string): Promise<void> {
  const prefix = `${path.basename(place)}.half-`
  for (const name of await readdir(path.dirname(place))) {
    if (!name.startsWith(prefix) || existsSync(`/proc/${name.slice(prefix.length)}`)) continue
    const half = path.join(path.dirname(place), name)
    await rm(half, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }).catch(() => undefined)
  }
}

/** Closed to everybody but the server's user, and made by us: in /tmp another could have put a folder there before. */
async function makeSocketFolder(folder: string, account: Account | null): Promise<void> {
  const made = await mkdir(folder, { recursive: true, mode: 0o700 })
  if (made !== undefined && account !== null) await chown(folder, account.uid, account.gid)
  const found = await lstat(folder)
  const owner = account?.uid ?? process.getuid?.()
  if (!found.isDirectory() || found.uid !== owner || (found.mode & 0o077) !== 0) {
    throw new CannotStart(`The folder ${folder} is not ours alone: remove it and start again.`)
  }
}

async function readPasswords(place: string): Promise<Passwords> {
  const file = path.join(place, 'passwords.json')
  try {
    const read: unknown = JSON.parse(await readFile(file, 'utf8'))
    if (typeof read === 'object' && read !== null && 'anju' in read && 'postgres' in read) {
      return { anju: String(read.anju), postgres: String(read.postgres) }
    }
  } catch (cause) {
    throw new CannotStart(`The database's passwords in ${file} cannot be read.`, { cause })
  }
  throw new CannotStart(`The database's passwords in ${file} are not there.`)
}

/** Runs a program of the server to its end as `account`; its last words are in the error when it fails. */
function run(program: string, args: string[], input: string, account: Account | null): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { ...as(account), cwd: '/', env: { LANG: 'C', TZ: 'UTC' } })
    let said = ''
    const listen = (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-2000)
    }
    child.stdout.on('data', listen)
    child.stderr.on('data', listen)
    child.stdin.on('error', () => undefined)
    child.stdin.end(input)
    child.on('error', reject)
    child.on('close', (code) => {
      if (code === 0) resolve()
      else reject(new CannotStart(`${path.basename(program)} failed: ${said.trim().split('\n').at(-1) ?? ''}`))
    })
  })
}
