import { spawn } from 'node:child_process'
import { openSync, closeSync } from 'node:fs'
import { readFile, readlink, rm } from 'node:fs/promises'
import path from 'node:path'
import { as, type Account } from './account.ts'
import type { Binaries } from './binaries.ts'
import type { Cluster } from './cluster.ts'

/** For a machine of two cores that also carries everything else of Anju. */
const SETTINGS: Record<string, string> = {
  // Promise 1: acknowledged means stored.
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  // A socket in a closed folder: no port to collide with another program's, nothing for other users to try
  // passwords on, the same address after every restart.
  listen_addresses: '',
  unix_socket_permissions: '0700',
  timezone: 'UTC',
  log_timezone: 'UTC',
  max_connections: '100',
  shared_buffers: '256MB',
  effective_cache_size: '1GB',
  work_mem: '8MB',
  maintenance_work_mem: '128MB',
  random_page_cost: '1.1',
  jit: 'off',
  // A crash replays at most this much, which keeps the start after one short.
  max_wal_size: '1GB',
  min_wal_size: '160MB',
  max_parallel_workers_per_gather: '0',
  autovacuum_naptime: '30s',
  autovacuum_vacuum_insert_scale_factor: '0.1',
  // A week of logs, a file for each weekday.
  logging_collector: 'on',
  log_filename: 'postgres-%a.log',
  log_rotation_age: '1d',
  log_truncate_on_rotation: 'on',
  log_line_prefix: '%m [%p] %a ',
  log_min_duration_statement: '1s',
  log_lock_waits: 'on',
  // No personal data in logs: neither parameters nor the values of a violated constraint.
  log_parameter_max_length: '0',
  log_error_verbosity: 'terse',
}

export type Settings = Readonly<Record<string, string>>

/** A server process of ours. `ended` answers what it last said when it ends. */
export type ServerProcess = { pid: number; ended: Promise<string> }

/**
 * Starts the server in a session of its own: Ctrl-C, which the terminal sends to everybody at once, must not end it
 * before its clients; and it outlives a killed parent, who adopts it at the next start.
 */
export function spawnServer(
  cluster: Cluster,
  binaries: Binaries,
  account: Account | null,
  more: Settings,
): ServerProcess {
  const settings = { ...SETTINGS, unix_socket_directories: cluster.socket, log_directory: cluster.log, ...more }
  const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const wordsFile = path.join(cluster.log, 'start.log')
  const words = openSync(wordsFile, 'w', 0o600)
  const child = spawn(binaries.postgres, ['-D', cluster.data, ...args], {
    ...as(account),
    cwd: '/',
    detached: true,
    env: { LANG: 'C', TZ: 'UTC' },
    stdio: ['ignore', words, words],
  })
  closeSync(words)
  child.unref()
  const ended = new Promise<string>((resolve) => {
    child.on('error', (error) => resolve(error.message))
    child.on('exit', () => {
      readFile(wordsFile, 'utf8').then(
        (text) => resolve(text.trim()),
        () => resolve(''),
      )
    })
  })
  return { pid: child.pid ?? 0, ended }
}

/**
 * The process id of a server that runs on these data, whoever started it. A process id file left by a crash may
 * name a stranger's process by now: only one whose working folder is theirs is the server (postgres(1) moves
 * there), and a stranger's file is removed, as the server itself would refuse to start over it.
 */
export async function runningServer(data: string): Promise<number | null> {
  const file = path.join(data, 'postmaster.pid')
  const text = await readFile(file, 'utf8').catch(() => null)
  const pid = Number(text?.split('\n')[0])
  if (!Number.isSafeInteger(pid) || pid <= 0) return null
  const folder = await folderOf(pid)
  if (folder === data) return pid
  if (folder !== null) await rm(file, { force: true })
  return null
}

/** The working folder of a process; null when there is no such process, or only what its parent has not buried. */
async function folderOf(pid: number): Promise<string | null> {
  return readlink(`/proc/${pid}/cwd`).catch(() => null)
}

/** Asks for a fast shutdown: clients are cut, a checkpoint is written. Answers when the server is gone. */
export async function stopServer(data: string): Promise<void> {
  const started = Date.now()
  let asked: NodeJS.Signals | null = null
  let last: number | null = null
  for (;;) {
    const pid: number | null = (await runningServer(data)) ?? last
    // it removes its process id file a moment before it ends
    if (pid === null || (await folderOf(pid)) !== data) return
    last = pid
    // After this long a server hangs; an immediate shutdown loses nothing but a clean start.
    const signal = Date.now() - started < SHUTDOWN_MS ? 'SIGINT' : 'SIGQUIT'
    if (asked !== signal) {
      asked = signal
      tell(pid, signal)
    }
    await pause(20)
  }
}

const SHUTDOWN_MS = 20_000

function tell(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // It ended a moment before.
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
