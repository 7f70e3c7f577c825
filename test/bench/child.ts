import { type ChildProcess, fork, spawn } from 'node:child_process'
import { openSync } from 'node:fs'
import { connect } from 'node:net'
import path from 'node:path'
import { pause } from './folder.ts'

export const root = path.join(import.meta.dirname, '../..')

export type Child = { process: ChildProcess; pid: number; stop(): Promise<void> }

const READY_WITHIN_MS = 30_000
const ENDS_WITHIN_MS = 15_000

export type ChildOptions = {
  args: string[]
  env?: NodeJS.ProcessEnv
  /** Arguments of Node itself, such as --cpu-prof. */
  nodeArgs?: string[]
  /** Where what it logs goes. */
  logFile: string
}

/** Runs one of our programs in its own process; resolves with the first message it sends. Rejects when it ends before. */
export async function startNode(module: string, options: ChildOptions): Promise<Child & { message: unknown }> {
  const out = openSync(options.logFile, 'a')
  const child = fork(module, options.args, {
    cwd: root,
    env: { ...process.env, ...options.env },
    execArgv: options.nodeArgs ?? [],
    stdio: ['ignore', out, out, 'ipc'],
  })
  const message = await new Promise<unknown>((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`${module}: not ready, see ${options.logFile}`)), READY_WITHIN_MS)
    child.once('exit', (code) => {
      clearTimeout(late)
      reject(new Error(`${module} ended with ${code}, see ${options.logFile}`))
    })
    child.once('message', (first) => {
      clearTimeout(late)
      resolve(first)
    })
  })
  return { ...asChild(child), message }
}

/** Runs any program that listens on a port of this machine; resolves once it does. */
export async function startListener(command: string, args: string[], port: number, logFile: string): Promise<Child> {
  const out = openSync(logFile, 'a')
  const child = spawn(command, args, { stdio: ['ignore', out, out] })
  const failed = new Promise<never>((_, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`${command} ended with ${code}, see ${logFile}`)))
  })
  failed.catch(() => undefined)
  for (let tries = 0; !(await listens(port)); tries++) {
    if (tries === 200) throw new Error(`${command} does not listen on ${port}`)
    await Promise.race([pause(50), failed])
  }
  return asChild(child)
}

/** Runs one of our programs to its end and parses the JSON it prints. */
export async function runForJson<T>(module: string, args: string[], nodeArgs: string[] = []): Promise<T> {
  const child = spawn(process.execPath, [...nodeArgs, module, ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let out = ''
  let words = ''
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (words += chunk.toString()))
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  if (code !== 0) throw new Error(`${module} ${args.join(' ')}: ${words.trim().slice(-500)}`)
  return JSON.parse(out) as T
}

function asChild(child: ChildProcess): Child {
  const { pid } = child
  if (pid === undefined) throw new Error('the process did not start')
  return {
    process: child,
    pid,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return
      const ended = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGTERM')
      const late = setTimeout(() => child.kill('SIGKILL'), ENDS_WITHIN_MS)
      await ended
      clearTimeout(late)
    },
  }
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}
