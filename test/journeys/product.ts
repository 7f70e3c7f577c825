import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import path from 'node:path'
import { scratchFolder } from '../scratch.ts'

/** The whole product as a user starts it, on ports and in a folder of its own. */
export interface Product {
  url: string
  mqtt: number
  ingress: number
  adminPassword: string
  folder: string
  process: ChildProcess
  stop(): Promise<void>
}

const READY_WITHIN_MS = 150_000
export const ADMIN_PASSWORD = 'journey-admin-password'

/** Starts `anju all` and waits until it says that it is ready. */
export async function startProduct(env: Record<string, string> = {}): Promise<Product> {
  const root = path.resolve(import.meta.dirname, '../..')
  const folder = await mkdtemp(path.join(scratchFolder(), 'anju-journey-'))
  await chmod(folder, 0o755) // the database's user enters it when this runs as root
  const [http, mqtt, ingress] = await Promise.all([freePort(), freePort(), freePort()])
  const child = spawn(process.execPath, ['anju.ts', 'all'], {
    cwd: root,
    env: {
      ...process.env,
      ANJU_DATA: folder,
      ANJU_HTTP_PORT: String(http),
      ANJU_MQTT_PORT: String(mqtt),
      ANJU_INGRESS_PORT: String(ingress),
      ANJU_ADMIN_PASSWORD: ADMIN_PASSWORD,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGTERM')
      await once(child, 'exit')
    }
    await rm(folder, { recursive: true, force: true })
  }
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()))
  const url = `http://127.0.0.1:${http}`
  const giveUp = Date.now() + READY_WITHIN_MS
  while (!(await answers(`${url}/readyz`))) {
    if (child.exitCode !== null || Date.now() > giveUp) {
      await stop()
      throw new Error(`the product did not start:\n${output}`)
    }
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  return {
    url,
    mqtt,
    ingress,
    adminPassword: ADMIN_PASSWORD,
    folder,
    process: child,
    stop,
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(1000) })).ok
  } catch {
    return false
  }
}

export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** A person's HTTP client: signed in, with the site's own Origin. */
export async function signIn(url: string, username: string, password: string) {
  const response = await fetch(`${url}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url },
    body: JSON.stringify({ username, password }),
  })
  if (!response.ok) throw new Error(`sign-in answered ${response.status}`)
  const cookie = response.headers
    .getSetCookie()
    .map((each) => each.split(';')[0])
    .join('; ')
  return async <T>(method: string, address: string, body?: unknown): Promise<T> => {
    const answer = await fetch(`${url}${address}`, {
      method,
      headers: {
        cookie,
        origin: url,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(method === 'POST' ? { 'idempotency-key': crypto.randomUUID() } : {}),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${method} ${address} answered ${answer.status}: ${text}`)
    return (text === '' ? undefined : JSON.parse(text)) as T
  }
}
