import type { Duplex } from 'node:stream'
import type { Socket } from 'node:net'
import { setImmediate } from 'node:timers/promises'
import type { Client } from 'aedes'
import { Crowd } from './crowd.ts'
import { openDoors, type DoorOptions, type Ports } from './doors.ts'
import { Endpoint } from './endpoint.ts'
import { Gate } from './gate.ts'
import { LIMITS, type Limits } from './limits.ts'
import { Memory } from './memory.ts'
import { Roster } from './roster.ts'
import { rules } from './rules.ts'
import { Session } from './session.ts'
import { Turns } from './turns.ts'

/** An answer to CONNECT; refusals are MQTT 3.1.1 CONNACK codes: 2 id, 4 bad secret, 5 not authorized. */
export type Verdict = { ok: true } | { ok: false; returnCode: 2 | 4 | 5 }

/** One message of a device, as it came. `kind` is the topic's last level; `connection` increases per accepted connection. */
export interface Incoming {
  readonly deviceId: string
  readonly topic: string
  readonly kind: string
  readonly payload: Buffer
  readonly qos: 0 | 1 | 2
  readonly will: boolean
  readonly connection: number
}

export interface BrokerHooks {
  /** `deviceId` matches `[A-Za-z0-9._-]{1,64}`, `secret` is not empty. A rejection or no answer in 10 s: closed without CONNACK. */
  authenticate(deviceId: string, secret: Buffer, address: string): Promise<Verdict>
  /** Resolves once the message is stored, then PUBACK goes out; rejects: the connection is closed without it. */
  receive(message: Incoming): Promise<void>
  /** CONNACK has gone out. */
  connected?(deviceId: string, connection: number): void
  /** SUBACK is on its way; `topic` is `anju/v1/{deviceId}/cmd` or `…/receipt`. */
  subscribed?(deviceId: string, topic: string): void
  /** Follows each `connected`; after a takeover `connection` is the older one's number. */
  disconnected?(deviceId: string, connection: number): void
}

export interface BrokerOptions extends DoorOptions {
  /** Narrower bounds, for tests. */
  readonly limits?: Partial<Limits>
}

/** What the broker needs of a logger; pino's fits. */
export interface Log {
  debug(fields: object, message: string): void
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
}

export interface Broker {
  readonly ports: Ports
  /**
   * Sends to one device, on a whole topic it subscribed to. True: acknowledged (QoS 1) or written (QoS 0, or where the
   * device subscribed with 0). False: not connected, not subscribed, stuck, or no PUBACK within 10 s. Never rejects.
   */
  send(deviceId: string, topic: string, payload: Buffer, qos: 0 | 1): Promise<boolean>
  /** Cuts a device off at once, also one whose CONNECT is being decided. Its will is void: we ended it. */
  disconnect(deviceId: string): void
  /** Devices connected now. */
  connections(): number
  /** Stops reading, lets what is being stored be acknowledged, then closes. Wills are not delivered: we left, not they. */
  stop(): Promise<void>
}

/** Opens the broker. Rejects with the system's error where a port cannot be had. */
export async function startBroker(hooks: BrokerHooks, options: BrokerOptions, log: Log): Promise<Broker> {
  const limits: Limits = { ...LIMITS, ...options.limits }
  const crowd = new Crowd(limits)
  const roster = new Roster()
  const turns = new Turns(limits)
  const sessions = new Map<Client, Session>()
  const sockets = new WeakMap<Session, Socket>()
  let storing = 0
  let quiet: (() => void) | undefined
  let stopping = false

  const sessionOf = (client: Client | null): Session | undefined => (client ? sessions.get(client) : undefined)

  async function receive(
    session: Session,
    kind: string,
    topic: string,
    payload: Buffer,
    qos: 0 | 1 | 2,
    will: boolean,
  ) {
    const { deviceId, connection } = session
    storing++
    session.gate.storing(payload.length)
    try {
      await hooks.receive({ deviceId, topic, kind, payload, qos, will, connection })
    } finally {
      if (--storing === 0) quiet?.()
      session.gate.settled(payload.length)
    }
  }

  /** Resolves when nothing is being stored any more, or after so long. */
  function stored(patienceMs: number): Promise<void> {
    return new Promise((resolve) => {
      quiet = resolve
      setTimeout(resolve, patienceMs).unref()
    })
  }

  function spoke(session: Session): void {
    roster.deciding(session)
    const socket = sockets.get(session)
    if (socket) crowd.spoke(socket)
  }

  function accepted(session: Session): void {
    roster.accept(session)
    const socket = sockets.get(session)
    if (socket) crowd.known(socket)
  }

  const endpoint = new Endpoint({
    persistence: new Memory((client, messageId) => sessionOf(client)?.downlink.acknowledged(messageId)),
    concurrency: 1000,
    connectTimeout: limits.connectTimeoutMs,
    drainTimeout: limits.drainTimeoutMs,
    keepaliveLimit: limits.keepaliveLimitS,
    maxInflightInbound: limits.releases,
    ...rules({ hooks, limits, log, sessionOf, spoke, accepted, receive }),
  })
  endpoint.on('connackSent', (connack, client) => {
    if (connack.returnCode === 0) sessionOf(client)?.gate.open()
  })
  endpoint.on('clientReady', (client) => {
    const session = sessionOf(client)
    if (!session) return
    session.greeted = true
    hooks.connected?.(session.deviceId, session.connection)
  })
  endpoint.on('subscribe', (subscriptions, client) => {
    const session = sessionOf(client)
    for (const { topic } of subscriptions) {
      if (session?.subscriptions.has(topic)) hooks.subscribed?.(session.deviceId, topic)
    }
  })
  endpoint.on('unsubscribe', (topics, client) => {
    for (const topic of topics) sessionOf(client)?.subscriptions.delete(topic)
  })
  endpoint.on('clientError', (client, error) => {
    log.info({ deviceId: client.id, err: error }, 'connection closed')
  })
  endpoint.on('connectionError', (_client, error) => log.debug({ err: error }, 'stranger closed'))

  function ended(session: Session): void {
    sessions.delete(session.client)
    session.downlink.ended()
    const wasCurrent = roster.leave(session)
    const { will, gate, deviceId, connection } = session
    if (will && wasCurrent && !gate.goodbye && !session.barred && !stopping) {
      receive(session, 'state', will.topic, will.payload, will.qos, true).catch((error: unknown) => {
        log.warn({ deviceId, err: error }, 'will not stored')
      })
    }
    if (session.greeted) hooks.disconnected?.(deviceId, connection)
  }

  function enter(conn: Duplex, socket: Socket): void {
    const address = socket.remoteAddress ?? ''
    const gate = new Gate(conn, limits, turns, (reason) => conn.destroy(new Error(reason)))
    gate.install()
    const client = endpoint.handle(conn)
    const session = new Session(client, conn, gate, address, limits)
    sessions.set(client, session)
    sockets.set(session, socket)
    conn.once('close', () => ended(session))
  }

  await endpoint.listen()
  const close = (): Promise<void> => new Promise((resolve) => endpoint.close(resolve))
  const doors = await openDoors(options, limits, crowd, enter).catch(async (error: unknown) => {
    await close()
    throw error
  })

  return {
    ports: doors.ports,
    async send(deviceId, topic, payload, qos) {
      const session = roster.current(deviceId)
      const granted = session?.subscriptions.get(topic)
      if (!session || granted === undefined) return false
      return session.downlink.send(topic, payload, qos === 1 && granted > 0 ? 1 : 0)
    },
    disconnect(deviceId) {
      for (const session of roster.of(deviceId)) {
        session.barred = true
        session.conn.destroy()
      }
    },
    connections: () => roster.size,
    async stop() {
      stopping = true
      for (const session of sessions.values()) session.gate.shut()
      if (storing > 0) await stored(limits.stopGraceMs)
      await setImmediate() // the last acknowledgements leave
      await close()
      await doors.close()
    },
  }
}
