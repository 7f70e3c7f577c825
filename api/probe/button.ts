import { TOPIC_ROOT } from '@anju/domain/wire/schema'
import { connect, type MqttClient } from 'mqtt'

/** Between two attempts to reach a broker that does not answer. */
const AGAIN_MS = 500

export interface Identity {
  id: string
  secret: string
}

/**
 * A button as it is in a house, seen from the broker: MQTT 3.1.1, clean session, QoS 1. Rejects when the broker does
 * not let it in before `signal` aborts.
 */
export async function connectButton(
  broker: string,
  { id, secret }: Identity,
  signal: AbortSignal,
): Promise<MqttClient> {
  for (;;) {
    signal.throwIfAborted()
    try {
      return await tryConnect(broker, { id, secret }, signal)
    } catch {
      await pause(AGAIN_MS, signal)
    }
  }
}

function tryConnect(broker: string, { id, secret }: Identity, signal: AbortSignal): Promise<MqttClient> {
  const client = connect(broker, {
    protocolVersion: 4,
    clientId: id,
    username: id,
    password: secret,
    clean: true,
    reconnectPeriod: 0,
    will: { topic: `${TOPIC_ROOT}${id}/state`, payload: Buffer.from('{"online":false}'), qos: 1, retain: false },
  })
  return new Promise((resolve, reject) => {
    const fail = (): void => {
      client.end(true)
      reject(new Error('the broker does not answer'))
    }
    client.on('error', fail) // stays: an error that nobody hears would end the process
    client.once('close', fail)
    signal.addEventListener('abort', fail, { once: true })
    client.once('connect', () => {
      client.off('close', fail)
      signal.removeEventListener('abort', fail)
      resolve(client)
    })
  })
}

/** Presses; resolves with the PUBACK, which means stored (promise 1). Rejects when `signal` aborts or the line is lost. */
export async function press(
  client: MqttClient,
  id: string,
  messageId: string,
  now: Date,
  signal: AbortSignal,
): Promise<void> {
  const body = JSON.stringify({ id: messageId, at: now.toISOString(), button: 'sos' })
  const lost = Promise.withResolvers<never>()
  const fail = (): void => lost.reject(new Error('no PUBACK'))
  client.once('close', fail)
  signal.addEventListener('abort', fail, { once: true })
  try {
    await Promise.race([client.publishAsync(`${TOPIC_ROOT}${id}/press`, body, { qos: 1 }), lost.promise])
  } finally {
    client.off('close', fail)
    signal.removeEventListener('abort', fail)
    lost.promise.catch(() => undefined)
  }
}

/** One press and goodbye. */
export async function pressOnce(
  broker: string,
  device: Identity,
  messageId: string,
  signal: AbortSignal,
): Promise<void> {
  const client = await connectButton(broker, device, signal)
  try {
    await press(client, device.id, messageId, new Date(), signal)
  } finally {
    client.end(true)
  }
}

export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const timer = setTimeout(done, ms)
    function done(): void {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    signal.addEventListener('abort', done)
  })
}
