import { randomBytes } from 'node:crypto'
import { pino } from 'pino'
import type pg from 'pg'
import { buildApp } from '@anju/api/app'
import type { Deps } from '@anju/api/deps'
import { LatestReadings } from '@anju/api/live/latest'
import { LiveHub } from '@anju/api/live/hub'
import { ownersIn } from '@anju/api/live/owners'
import { UnstoredPresses } from '@anju/api/live/unstored'
import { Metrics } from '@anju/api/metrics'
import type { Role } from '@anju/domain/access/role'
import type { Relay } from '@anju/domain/config'
import { createArea } from '@anju/prisma/area/apply'
import { masterKey, type MasterKey } from '@anju/prisma/key'
import { openReads } from '@anju/prisma/reads'
import { openPool, transact } from '@anju/prisma/tx'
import { createApiKey, createUser } from '@anju/prisma/user/apply'
import { hashPassword } from '@anju/prisma/user/password'
import { testDatabase } from '../postgres.ts'

export const PASSWORD = 'correct horse battery'
const hash = hashPassword(PASSWORD)

export interface Answer<Body = any> {
  status: number
  headers: Headers
  body: Body
}

export interface Client {
  cookie: string
  get(path: string, headers?: Record<string, string>): Promise<Answer>
  send(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>
  post(path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>
}

export interface Api {
  url: string
  databaseUrl: string
  pool: pg.Pool
  key: MasterKey
  live: LiveHub
  deps: Deps
  /** What `now()` says to the API; the wall clock unless set. */
  clock: { offsetMs: number }
  area(name: string, parentId?: string): Promise<{ id: string; path: string }>
  user(username: string, role: Role, areaId: string): Promise<{ id: string }>
  apiKey(role: Role, areaId: string): Promise<string>
  signIn(username: string, password?: string): Promise<Client>
  client(headers?: Record<string, string>): Client
  stop(): Promise<void>
}

export interface ApiOptions {
  databaseUrl?: string
  heartbeatMs?: number
  gatewayUrls?: string[]
  webhook?: { url: string; secret: string }
  aliveUrl?: string
  relay?: Relay
  callSecret?: string
  dial?: { url: string; secret: string }
  dashboardFolder?: string
  publicUrl?: string
  map?: Deps['config']['map']
}

/** The API over a database of its own, on a port of its own. */
export async function startTestApi(options: ApiOptions = {}): Promise<Api> {
  const database = options.databaseUrl === undefined ? await testDatabase() : undefined
  const databaseUrl = options.databaseUrl ?? database?.url ?? ''
  const clock = { offsetMs: 0 }
  const now = () => new Date(Date.now() + clock.offsetMs)
  const log = pino({ level: process.env['TEST_LOG'] ?? 'silent' })
  const pool = openPool(databaseUrl, { max: 10, name: 'test api' })
  const readPool = openPool(databaseUrl, { max: 5, name: 'test reads' })
  const reads = openReads(readPool)
  const key = masterKey(randomBytes(32))
  const metrics = new Metrics()
  const live = new LiveHub({
    pool,
    databaseUrl,
    log,
    metrics,
    now,
    stillStands: ownersIn(pool, now),
    ...(options.heartbeatMs === undefined ? {} : { heartbeatMs: options.heartbeatMs }),
  })
  const latest = new LatestReadings(pool, live, log)
  const token = key.subKey('gateway-live').toString('hex')
  const unstored = new UnstoredPresses({ urls: options.gatewayUrls ?? [], token, hub: live, log })
  const deps: Deps = {
    config: {
      demo: true,
      webhook: options.webhook ?? null,
      aliveUrl: options.aliveUrl ?? null,
      relay: options.relay ?? null,
      callSecret: options.callSecret ?? null,
      dial: options.dial ?? null,
      publicUrl: options.publicUrl ?? null,
      tls: null,
      mqttPort: 1883,
      mqttsPort: null,
      map: options.map ?? { dataPath: null, tiles: null },
    },
    pool,
    reads,
    key,
    live,
    unstored,
    metrics,
    log,
    now,
    dashboardFolder: options.dashboardFolder ?? null,
  }
  const app = await buildApp(deps)
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  live.start()
  latest.start()
  unstored.start()

  const client = (fixed: Record<string, string> = {}): Client => {
    const send: Client['send'] = async (method, path, body, headers = {}) => {
      const response = await fetch(url + path, {
        method,
        headers: {
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(fixed['cookie'] === undefined ? {} : { origin: url }),
          ...fixed,
          ...headers,
        },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      })
      const text = await response.text()
      const json = text !== '' && response.headers.get('content-type')?.includes('json') === true
      return { status: response.status, headers: response.headers, body: json ? JSON.parse(text) : text }
    }
    return {
      cookie: fixed['cookie'] ?? '',
      send,
      get: (path, headers) => send('GET', path, undefined, headers),
      post: (path, body, headers) => send('POST', path, body, headers),
    }
  }

  return {
    url,
    databaseUrl,
    pool,
    key,
    live,
    deps,
    clock,
    client,
    area: (name, parentId) =>
      transact(pool, (tx) =>
        createArea(tx, { name, parentId: parentId ?? null, kind: parentId ? 'community' : 'county', now: now() }),
      ),
    async user(username, role, areaId) {
      const passwordHash = await hash
      return transact(pool, (tx) =>
        createUser(tx, { username, name: `name of ${username}`, role, areaId, passwordHash, now: now() }),
      )
    },
    async apiKey(role, areaId) {
      const made = await transact(pool, (tx) =>
        createApiKey(tx, { name: 'test', role, areaId, createdBy: null, now: now() }),
      )
      return made.token
    },
    async signIn(username, password = PASSWORD) {
      const answer = await client().post('/api/session', { username, password })
      if (answer.status !== 200) throw new Error(`sign-in answered ${answer.status}`)
      return client({ cookie: answer.headers.get('set-cookie')?.split(';')[0] ?? '' })
    },
    async stop() {
      await unstored.stop()
      await latest.stop()
      await live.stop()
      await app.close()
      await reads.$disconnect()
      await Promise.all([pool.end(), readPool.end()])
      await database?.drop()
    },
  }
}
