import type { AedesOptions, Client, PublishPacket } from 'aedes'
import type { BrokerHooks, Log, Verdict } from './main.ts'
import type { Limits } from './limits.ts'
import type { Session } from './session.ts'
import { isDeviceId, maySubscribe, publishKind, topicOf } from './topics.ts'

type Rules = Required<
  Pick<AedesOptions, 'preConnect' | 'authenticate' | 'authorizePublish' | 'authorizeSubscribe' | 'authorizeForward'>
>

export interface RulesContext {
  readonly hooks: BrokerHooks
  readonly limits: Limits
  readonly log: Log
  readonly sessionOf: (client: Client | null) => Session | undefined
  /** A session sent its CONNECT and is being decided. */
  spoke(session: Session): void
  /** A session became its device's current one. */
  accepted(session: Session): void
  /** Stores one message; counts it as being stored until it is. */
  receive(session: Session, kind: string, topic: string, payload: Buffer, qos: 0 | 1 | 2, will: boolean): Promise<void>
}

const refused = (returnCode: 2 | 4 | 5): Verdict => ({ ok: false, returnCode })

/** What a device may do, as answers to aedes's questions. Wire contract §3. */
export function rules(context: RulesContext): Rules {
  const { hooks, limits, log, sessionOf } = context

  async function decide(session: Session, username: string | undefined, secret: Buffer | undefined): Promise<Verdict> {
    const { deviceId, will } = session
    if (!isDeviceId(deviceId)) return refused(2)
    if (username !== deviceId || !secret?.length) return refused(4)
    if (will && will.topic !== topicOf(deviceId, 'state')) return refused(5)
    const verdict = await within(limits.authenticateTimeoutMs, hooks.authenticate(deviceId, secret, session.address))
    return session.barred ? refused(5) : verdict
  }

  return {
    preConnect(client, packet, done) {
      const session = sessionOf(client)
      if (!session) return done(new Error('unknown connection'), false)
      // An absent session that is not clean would grow in memory; the device's outbox is what survives a lost link.
      packet.clean = true
      // 0 means "never" and long ones mean hours; such a device is not refused, since it could then not call for help,
      // but held to our limit, which a server may always do [MQTT-3.1.2-24].
      const asked = packet.keepalive ?? 0
      packet.keepalive = asked === 0 ? limits.keepaliveLimitS : Math.min(asked, limits.keepaliveLimitS)
      session.deviceId = packet.clientId
      // The will is ours from here: aedes would publish it on takeover, after the successor's `online: true`.
      const { will } = packet
      if (will) session.will = { topic: will.topic, payload: Buffer.from(will.payload), qos: will.qos ?? 0 }
      delete packet.will
      context.spoke(session)
      done(null, true)
    },

    authenticate(client, username, secret, done) {
      const session = sessionOf(client)
      if (!session) return done(null, false)
      const answer = (verdict: Verdict): void => {
        if (client.closed || session.conn.destroyed) {
          done(null, false)
        } else if (verdict.ok) {
          context.accepted(session)
          done(null, true)
        } else {
          log.debug(
            { deviceId: session.deviceId, address: session.address, returnCode: verdict.returnCode },
            'connect refused',
          )
          done(Object.assign(new Error('connect refused'), { returnCode: verdict.returnCode }), null)
        }
      }
      decide(session, username, secret).then(answer, (error: unknown) => {
        // Clients take a CONNACK of any refusal as final, mqtt.js among them; a lost connection they try again.
        log.warn({ deviceId: session.deviceId, err: error }, 'could not authenticate')
        session.conn.destroy()
        done(null, false)
      })
    },

    authorizePublish(client, packet, done) {
      const session = sessionOf(client)
      const kind = session && publishKind(session.deviceId, packet.topic)
      if (!session || kind === undefined) return done(new Error('not a topic of this device'))
      const payload = Buffer.isBuffer(packet.payload) ? packet.payload : Buffer.from(packet.payload)
      if (packet.qos > 0 && !hasPacketId(packet, payload)) return done(new Error('packet id missing')) // [MQTT-2.3.1-1]
      // Acknowledgements go out as messages are stored, not as they came [MQTT-4.6.0-2]: a press must not wait for the
      // backfill its hub sent before it, and every client matches them by id.
      context.receive(session, kind, packet.topic, payload, packet.qos, false).then(
        () => done(null),
        (error: unknown) => done(error instanceof Error ? error : new Error(String(error))),
      )
    },

    authorizeSubscribe(client, subscription, done) {
      const session = sessionOf(client)
      if (!session || !maySubscribe(session.deviceId, subscription.topic)) return done(null, null) // SUBACK 0x80
      session.subscriptions.set(subscription.topic, subscription.qos)
      done(null, subscription)
    },

    authorizeForward(client, packet) {
      return sessionOf(client)?.downlink.forward(packet)
    },
  }
}

/** Whether the id was within the packet; the parser would take one from the bytes that follow. A device's topic is ASCII. */
function hasPacketId({ messageId, topic, length }: PublishPacket, payload: Buffer): boolean {
  return messageId !== undefined && messageId > 0 && length === 2 + topic.length + 2 + payload.length
}

/** Rejects when the promise takes longer. */
export async function within<T>(ms: number, promise: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms)
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}
