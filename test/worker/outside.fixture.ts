import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Notifier, type NotifierParts } from '@anju/api/notification/notifier'
import { scopeOf } from '@anju/domain/access/scope'
import type { EscalationReason } from '@anju/domain/alarm/kinds'
import type { ChannelSettings, EmailSettings, SmsSettings } from '@anju/domain/channel/settings'
import { makeWorld, type World } from '@anju/gateway/world.fixture'
import { addChannel } from '@anju/prisma/channel/apply'
import { registerDevice } from '@anju/prisma/device/apply'
import { registerElder } from '@anju/prisma/elder/apply'
import { newId } from '@anju/prisma/id'
import { masterKey } from '@anju/prisma/key'
import { storeFacts } from '@anju/prisma/message/apply'
import { setOnCall } from '@anju/prisma/on-call/apply'
import { transact } from '@anju/prisma/tx'
import pino from 'pino'
import { testDatabase } from '../postgres.ts'

/** How a server of somebody else's behaves now. */
export type Mood = 'well' | 'broken' | 'silent' | 'garbage' | 'refusing' | 'endless'

export interface Heard {
  method: string
  path: string
  headers: IncomingHttpHeaders
  body: Buffer
}

/** A real HTTP server as a receiver or an SMS gateway has it; `mood` may change at any time. */
export async function startOutside(answer = '{"code":"0","msg":"ok"}') {
  const heard: Heard[] = []
  const held: ServerResponse[] = []
  const state: { mood: Mood } = { mood: 'well' }
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const { method = '', url = '', headers } = request
      heard.push({ method, path: url, headers, body: Buffer.concat(parts) })
      switch (state.mood) {
        case 'well':
          return response.end(answer)
        case 'broken':
          return response.writeHead(500).end('<h1>oh no</h1>')
        case 'refusing':
          return response.end('{"code":"105","msg":"13800000001 no balance"}')
        case 'garbage':
          return response.end(Buffer.from([0xff, 0xfe, 0, 1, 2, 3]))
        case 'endless': {
          response.write('x'.repeat(100_000))
          return void held.push(response)
        }
        case 'silent':
          return void held.push(response)
      }
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/send`,
    heard,
    state,
    stop() {
      server.closeAllConnections()
      server.close()
    },
  }
}
export type Outside = Awaited<ReturnType<typeof startOutside>>

export const OUTSIDE: readonly EscalationReason[] = ['no-seat', 'not-shown', 'unowned-180']
const log = pino({ level: 'silent' })
export const KEY = masterKey(new Uint8Array(32).fill(7))

export type Stage = Awaited<ReturnType<typeof makeStage>>

/** A community with nobody at its desk, and what the tests of the outside do there. */
export async function makeStage(now: Date) {
  const database = await testDatabase()
  const world: World = await makeWorld(database.url)
  const scope = scopeOf({ userId: null, role: 'administrator', areaPath: world.areaPath })
  const running: { stop(): Promise<void> | void }[] = []
  const rows = async (sql: string, values: unknown[] = []) =>
    (await world.pool.query<Record<string, unknown>>(sql, values)).rows

  return {
    database,
    world,
    scope,
    rows,
    async outside(answer?: string): Promise<Outside> {
      const server = await startOutside(answer)
      running.push(server)
      return server
    },
    async person(username: string, phone: string): Promise<string> {
      const id = newId(now)
      await world.pool.query(
        `insert into app_user (id, username, name, role, area_id, password_hash, phone, created_at)
         values ($1, $2, $3, 'shift-lead', $4, 'none', $5, $6)`,
        [id, username, `name of ${username}`, world.areaId, phone, now],
      )
      return id
    },
    onCall: (people: { userId: string; afterMin: number }[]) =>
      transact(world.pool, (tx) => setOnCall(tx, { areaId: world.areaId, base: [], people }, scope, now)),
    async channel(channel: ChannelSettings, reasons = OUTSIDE, keepsRoots = false): Promise<string> {
      const given = { areaId: world.areaId, name: `our ${channel.kind}`, reasons, enabled: true, keepsRoots, channel }
      return (await transact(world.pool, (tx) => addChannel(tx, KEY, given, scope, now))).id
    },
    async press(deviceId: string, id: string, at: Date): Promise<string> {
      const time = { at, deviceAt: at, marks: [] }
      const fact = { type: 'press' as const, deviceId, messageId: id, time, battery: null }
      const body = Buffer.from(id)
      const arrived = { factId: newId(at), receivedAt: at, way: 'mqtt' as const, via: null, sha256: body, body, fact }
      await transact(world.pool, (tx) => storeFacts(tx, [arrived], at))
      const [alarm] = await rows('select id from alarm where device_id = $1 and resolved_at is null', [deviceId])
      return String(alarm?.['id'])
    },
    /** A button of an elder of its own. */
    async ownButton(): Promise<string> {
      return transact(world.pool, async (tx) => {
        const { id: elderId } = await registerElder(tx, KEY, { name: '老人', within: world.areaPath, now })
        return (await registerDevice(tx, KEY, { kind: 'button', elderId, within: world.areaPath, now })).id
      })
    },
    notifier(more: Partial<NotifierParts> = {}): Notifier {
      const notifier = new Notifier({
        pool: world.pool,
        databaseUrl: database.url,
        key: KEY,
        webhook: null,
        publicUrl: 'https://anju.example',
        log,
        now: () => now,
        ...more,
      })
      running.push(notifier)
      return notifier
    },
    async end() {
      for (const each of running) await each.stop()
      await world.end()
      await database.drop()
    },
  }
}

export function sms(url: string, more: Partial<SmsSettings> = {}): ChannelSettings {
  return {
    kind: 'sms',
    settings: {
      method: 'POST',
      url,
      headers: [{ name: 'x-token', value: '{secret}' }],
      encoding: 'json',
      gbk: false,
      body: '{"to":"{phone}","content":"【安居】{text}","seq":"{id}"}',
      secret: 'gateway "secret"',
      success: { contains: '', path: 'code', equals: '0' },
      language: 'zh-CN',
      ...more,
    },
  }
}

export function email(port: number, more: Partial<EmailSettings> = {}): ChannelSettings {
  return {
    kind: 'email',
    settings: {
      host: '127.0.0.1',
      port,
      security: 'starttls',
      authority: '',
      user: 'anju',
      password: 'letters',
      from: 'anju@county.example',
      to: ['lead@county.example', 'bureau@county.example'],
      language: 'en',
      ...more,
    },
  }
}
