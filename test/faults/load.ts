import path from 'node:path'
import { connect, type MqttClient } from 'mqtt'
import { signedHeaders, signatureKey } from '@anju/firmware-sim/http'
import { startHub, type Hub } from '@anju/firmware-sim/hub'
import { seeded, type Random } from '@anju/firmware-sim/random'
import type { Ports } from '../start/product.ts'
import type { Ledger } from './ledger.ts'
import type { Fleet, FleetDevice } from './world.ts'

/** Between two messages of one device. With sixty devices some hundreds a second, which leaves the machine to the kills. */
const PAUSE_MS = [40, 160] as const
/** What a hub's outbox may hold before its small devices fall silent. */
const MOST_WAITING = 200

export type Load = {
  /** Devices fall silent; answers when every hub's outbox is empty. */
  settle(): Promise<void>
}

/** Devices of every way in, talking until told to settle. What is acknowledged goes into the ledger. */
export function startLoad(fleet: Fleet, ports: Ports, ledger: Ledger, seed: number, folder: string): Load {
  const over = new AbortController()
  const random = seeded(seed, 'load')
  const broker = `mqtt://127.0.0.1:${ports.mqtt}`
  const talkers = fleet.mqtt.map((device) => talkMqtt(device, broker, ledger, random, over.signal))
  const posters = fleet.http.map((device) => post(device, ports.ingress, ledger, random, over.signal))
  const hubs = fleet.hubs.map((hub) => startLoadHub(hub, broker, ledger, seed, folder))
  const speakers = hubs.map((hub) => speak(hub, random, over.signal))
  return {
    async settle() {
      over.abort()
      await Promise.all([...talkers, ...posters, ...speakers])
      await Promise.all(hubs.map(({ hub }) => hub.settled()))
      await Promise.all(hubs.map(({ hub }) => hub.stop()))
    },
  }
}

let n = 0

/** The ids of one run never repeat, so a second message of the same id is a fault. */
function message(device: FleetDevice, random: Random): { topic: string; id: string; body: string } {
  const id = `f-${++n}`
  const at = new Date().toISOString()
  if (device.kind === 'button') return { topic: 'press', id, body: JSON.stringify({ id, at, button: 'sos' }) }
  if (device.kind === 'door-reader') {
    return { topic: 'tap', id, body: JSON.stringify({ id, at, uid: `04${random.whole(10, 99)}AABBCCDD` }) }
  }
  const systolic = random.whole(95, 180)
  const reading = { id, at, kind: 'blood-pressure', systolic, diastolic: systolic - 40, pulse: 70, unit: 'mmHg' }
  return { topic: 'reading', id, body: JSON.stringify(reading) }
}

/** An ordinary client that keeps what is under way in memory and sends it again after it reconnected. */
async function talkMqtt(
  device: FleetDevice,
  broker: string,
  ledger: Ledger,
  random: Random,
  over: AbortSignal,
): Promise<void> {
  const { id: name, secret } = device
  const client: MqttClient = connect(broker, {
    clientId: name,
    username: name,
    password: secret,
    protocolVersion: 4,
    reconnectPeriod: 150,
    reconnectOnConnackError: true, // “not now” while the database is away; mqtt.js would give up for ever
    connectTimeout: 3000,
    keepalive: 10,
  })
  client.on('error', () => undefined) // it reconnects by itself
  const ended = new Promise<void>((resolve) => over.addEventListener('abort', () => resolve(), { once: true }))
  while (!over.aborted) {
    const { topic, id, body } = message(device, random)
    const published = client.publishAsync(`anju/v1/${name}/${topic}`, body, { qos: 1 })
    await Promise.race([published.then(() => ledger.note('mqtt', name, id)), ended]).catch(() => undefined)
    await pause(device.kind === 'button' ? 600 : random.between(...PAUSE_MS), over)
  }
  await client.endAsync(true)
}

/** A 4G meter: the same message again until it is answered 2xx. */
async function post(
  device: FleetDevice,
  ingress: number,
  ledger: Ledger,
  random: Random,
  over: AbortSignal,
): Promise<void> {
  const key = signatureKey(device.secret)
  while (!over.aborted) {
    const { topic, id, body } = message(device, random)
    const where = `/anju/v1/${device.id}/${topic}`
    const bytes = Buffer.from(body)
    for (let stored = false; !stored && !over.aborted;) {
      const headers = signedHeaders(key, device.id, where, bytes, Math.floor(Date.now() / 1000))
      const signal = AbortSignal.any([over, AbortSignal.timeout(5000)])
      const request = fetch(`http://127.0.0.1:${ingress}${where}`, { method: 'POST', headers, body: bytes, signal })
      stored = await request.then(
        (response) => response.ok,
        () => false,
      )
      if (stored) ledger.note('http', device.id, id)
      else await pause(150, over)
    }
    await pause(random.between(...PAUSE_MS), over)
  }
}

type LoadHub = { hub: Hub; children: FleetDevice[] }

/** A hub with its outbox on a real disk; what has left the outbox counts as acknowledged. */
function startLoadHub(
  { id, secret, children }: Fleet['hubs'][number],
  broker: string,
  ledger: Ledger,
  seed: number,
  folder: string,
): LoadHub {
  const hub = startHub({
    broker,
    id,
    secret,
    children: children.map((child) => child.id),
    outboxDir: path.join(folder, id),
    seed,
    backoff: { minMs: 100, maxMs: 1000 },
    answerTimeoutMs: 4000,
  })
  hub.events.on('acknowledged', (item) => item.type !== 'ack' && ledger.note('hub', item.device ?? id, item.id))
  return { hub, children }
}

async function speak({ hub, children }: LoadHub, random: Random, over: AbortSignal): Promise<void> {
  while (!over.aborted) {
    for (const child of children) {
      if (hub.pending().length >= MOST_WAITING) break
      const systolic = random.whole(95, 180)
      const atMs = Date.now()
      if (child.kind === 'button') hub.press(child.id)
      else hub.measure(child.id, { atMs, systolic, diastolic: systolic - 40, pulse: 70, unit: 'mmHg' })
    }
    await pause(300, over)
  }
}

function pause(ms: number, over: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms)
    function done(): void {
      clearTimeout(timer)
      over.removeEventListener('abort', done)
      resolve()
    }
    over.addEventListener('abort', done, { once: true })
    if (over.aborted) done()
  })
}
