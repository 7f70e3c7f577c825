import { type ChildProcess, spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { freePort } from '../journeys/product.ts'

export type Ports = { http: number; mqtt: number; ingress: number }

export async function freePorts(): Promise<Ports> {
  const [http, mqtt, ingress] = await Promise.all([freePort(), freePort(), freePort()])
  return { http, mqtt, ingress }
}

export type Start = {
  folder: string
  ports: Ports
  env?: Record<string, string>
  /** `npm start`, as a user types it; otherwise node itself. */
  npm?: boolean
  user?: { uid: number; gid: number; home: string }
}

export type Started = {
  child: ChildProcess
  url: string
  output(): string
  /** Answers when it says that it is ready; fails when it ends before. */
  ready: Promise<void>
  ended: Promise<{ code: number | null; signal: string | null }>
}

/** Starts the product in a process group of its own, as a terminal does. */
export function start({ folder, ports, env, npm, user }: Start): Started {
  const [program, args] = npm ? ['npm', ['start']] : [path.join(folder, 'node_modules/.bin/node'), ['anju.ts', 'all']]
  const child = spawn(program, args, {
    cwd: folder,
    detached: true,
    ...(user === undefined ? {} : { uid: user.uid, gid: user.gid }),
    env: {
      PATH: process.env['PATH'],
      HOME: user?.home ?? process.env['HOME'],
      npm_config_update_notifier: 'false',
      ANJU_HTTP_PORT: String(ports.http),
      ANJU_MQTT_PORT: String(ports.mqtt),
      ANJU_INGRESS_PORT: String(ports.ingress),
      ANJU_LOG_LEVEL: 'warn',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  const ended = new Promise<{ code: number | null; signal: string | null }>((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal }))
  })
  const ready = new Promise<void>((resolve, reject) => {
    const listen = (chunk: Buffer) => {
      said += chunk.toString()
      if (said.includes('Anju is ready')) resolve()
    }
    child.stdout.on('data', listen)
    child.stderr.on('data', listen)
    void ended.then(({ code }) => reject(new Error(`ended with code ${code}:\n${said}`)))
  })
  ready.catch(() => undefined)
  return { child, url: `http://127.0.0.1:${ports.http}`, output: () => said, ready, ended }
}

/** Every process below this one, read from /proc. */
export function descendants(pid: number): number[] {
  const parents = new Map<number, number>()
  for (const name of readdirSync('/proc')) {
    const stat = /^\d+$/.test(name) ? read(`/proc/${name}/stat`) : null
    // The name stands in brackets and may hold anything; the fields after it are state and parent.
    const [state, parent] = stat?.slice(stat.lastIndexOf(')') + 2).split(' ') ?? []
    if (parent !== undefined && state !== 'Z') parents.set(Number(name), Number(parent))
  }
  const below = (of: number): number[] =>
    [...parents].filter(([, parent]) => parent === of).flatMap(([child]) => [child, ...below(child)])
  return below(pid)
}

/** The server of this kind below the process, or null while there is none: by its title, or before it has set it. */
export function childNamed(pid: number, kind: string): number | null {
  const names = [`anju ${kind}`, `anju.ts ${kind}`]
  const words = (each: number) => read(`/proc/${each}/cmdline`)?.replaceAll('\0', ' ').trim() ?? ''
  return descendants(pid).find((each) => names.some((name) => words(each).endsWith(name))) ?? null
}

/** Whether a process runs; a zombie does not. */
export function isAlive(pid: number): boolean {
  const stat = read(`/proc/${pid}/stat`)
  return stat !== null && stat.slice(stat.lastIndexOf(')') + 2)[0] !== 'Z'
}

function read(file: string): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return null
  }
}
