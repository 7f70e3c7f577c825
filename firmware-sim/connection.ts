import type { DeviceTopic } from '@anju/domain/wire/schema'
import { connect as mqttConnect } from 'mqtt'
import type { Clock } from './clock.ts'

/** One link to the platform, MQTT or HTTP. It is used until the first trouble, then thrown away. */
export type Connection = {
  /** Aborts when the link is gone. */
  lost: AbortSignal
  /** Resolves when the platform has answered for the message (PUBACK, 2xx); rejects when it did not in time. */
  publish(topic: DeviceTopic, payload: string): Promise<void>
  /** Subscribes to the device's two topics; nothing to do where there is no downlink. */
  listen(): Promise<void>
  /** Says goodbye, so that the platform publishes no will. */
  goodbye(): Promise<void>
  /** Drops the link as a power cut does: no DISCONNECT, no FIN if it can be helped. */
  destroy(): void
}

export type ConnectOptions = {
  clock: Clock
  will: string
  /** Called for `cmd` and `receipt`; an MQTT message is acknowledged after it returns. */
  hear: (topic: string, payload: Buffer) => void
  /** The device was switched off. */
  off: AbortSignal
}

export type Connect = (options: ConnectOptions) => Promise<Connection>

/** A platform that stores slowly is waited for this long; then the link is taken for dead. */
export const answerTimeoutMs = 20_000

export type MqttOptions = {
  /** mqtt://, mqtts:// or ws(s):// address. */
  broker: string
  id: string
  secret: string
  /** PEM of the authority a TLS broker is trusted by, when it is not a public one. */
  ca?: string
  answerTimeoutMs?: number
  /** Seconds between signs of life on an idle link; 30 unless given. */
  keepaliveS?: number
}

/** MQTT 3.1.1, clean session; client id and user name are the device's id, as the contract asks. */
export function mqttTransport(device: MqttOptions): Connect {
  const root = `anju/v1/${device.id}`
  const timeoutMs = device.answerTimeoutMs ?? answerTimeoutMs
  return async ({ clock, will, hear, off }) => {
    const gone = new AbortController()
    const client = mqttConnect(device.broker, {
      protocolVersion: 4,
      clientId: device.id,
      username: device.id,
      password: device.secret,
      clean: true,
      reconnectPeriod: 0, // the device's own loop, with jitter and its outbox on disk
      connectTimeout: timeoutMs,
      keepalive: device.keepaliveS ?? 30,
      will: { topic: `${root}/state`, payload: Buffer.from(will), qos: 1, retain: false },
      ...(device.ca === undefined ? {} : { ca: device.ca }),
    })
    const destroy = (): void => {
      client.stream.destroy()
      client.end(true)
      gone.abort(new Error('The link was dropped'))
    }
    const within = async <T>(answer: Promise<T>, what: string): Promise<T> => {
      const answered = new AbortController()
      const late = clock.sleep(timeoutMs, answered.signal).then(() => {
        throw new Error(`No ${what} within ${timeoutMs} ms`)
      })
      const lost = rejection(gone.signal, answered.signal)
      try {
        return await Promise.race([answer, late, lost])
      } finally {
        late.catch(() => {}) // the race is over; nobody else waits for it
        lost.catch(() => {})
        answered.abort()
      }
    }

    client.on('error', (error) => gone.abort(error))
    client.on('close', () => gone.abort(new Error('The broker closed the connection')))
    client.on('message', (topic, payload) => hear(topic.slice(root.length + 1), payload))
    off.addEventListener('abort', destroy, { once: true })
    gone.signal.addEventListener('abort', () => off.removeEventListener('abort', destroy), { once: true })
    if (off.aborted) destroy()
    const open = new Promise<void>((resolve) => client.once('connect', () => resolve()))
    try {
      await within(open, 'CONNACK')
    } catch (error) {
      destroy()
      throw error
    }
    return {
      lost: gone.signal,
      destroy,
      publish: async (topic, payload) => {
        await within(client.publishAsync(`${root}/${topic}`, payload, { qos: 1 }), 'PUBACK')
      },
      listen: async () => {
        await within(client.subscribeAsync([`${root}/cmd`, `${root}/receipt`], { qos: 1 }), 'SUBACK')
      },
      goodbye: async () => {
        const closed = new Promise<void>((resolve) => client.once('close', () => resolve()))
        client.stream.end(Buffer.from([0xe0, 0x00])) // DISCONNECT now; mqtt.js would first wait for every open PUBACK
        await Promise.race([closed, clock.sleep(1_000)])
        destroy()
      },
    }
  }
}

/** Rejects with the signal's reason when it aborts; never settles once `unless` has aborted first. */
function rejection(signal: AbortSignal, unless: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const fail = (): void => reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'))
    if (signal.aborted) return fail()
    signal.addEventListener('abort', fail, { once: true, signal: unless })
  })
}
