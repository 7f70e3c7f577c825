import { readFile } from 'node:fs/promises'
import { type Broker, startBroker } from '@anju/broker/main'
import type { Config } from '@anju/domain/config'
import { DEVICE_TOPICS } from '@anju/domain/wire/schema'
import { HTTP_KEY_PURPOSE } from '@anju/prisma/device/secret'
import { loadKey, open } from '@anju/prisma/key'
import { openPool } from '@anju/prisma/tx'
import type pg from 'pg'
import type { Logger } from 'pino'
import { Downlink } from './downlink.ts'
import { HeardDevices } from './heard.ts'
import { buildIngress } from './ingress.ts'
import { openLanes } from './lanes.ts'
import { Pace } from './pace.ts'
import { receive, type Receiver } from './receive.ts'
import { Room } from './room.ts'
import { GatewayRun } from './run.ts'
import { UnstoredPresses } from './unstored.ts'
import { Verifier } from './verifier.ts'

const RUN_BEAT_MS = 5000
/** Items decoded and not yet stored: some batches for each of the two connections. More would only grow old in memory. */
const ROOM_ITEMS = 1500
/** How long stopping waits for what is being stored. */
const DRAIN_MS = 4000

export interface Gateway {
  ports: { mqtt: number; ingress: number }
  stop(): Promise<void>
}

/** What our API processes show to hear of presses that cannot be stored. */
export const LIVE_TOKEN_PURPOSE = 'gateway-live'

/**
 * Builds and starts a gateway: broker, lanes, downlink, HTTP ingress. Needs a migrated database to exist, not to be
 * reachable at every moment.
 */
export async function startGateway(config: Config & { databaseUrl: string }, log: Logger): Promise<Gateway> {
  const { databaseUrl } = config
  const key = await loadKey(config)
  const pool = openPool(databaseUrl, { max: 4, name: 'anju gateway' })
  const lanes = openLanes(databaseUrl, log)
  const followed = Promise.withResolvers<void>()
  const verifier = new Verifier(pool, followed.promise)
  const unstored = new UnstoredPresses()
  const heard = new HeardDevices(pool, log)
  const pace = new Pace()
  const waitMs = (deviceId: string, topic: string) => pace.waitMs(deviceId, topic, performance.now())
  const rooms = { live: new Room(ROOM_ITEMS), backfill: new Room(ROOM_ITEMS) }
  const receiver: Receiver = {
    lanes,
    rooms,
    unstored,
    verifier,
    log,
    heard: (deviceId, at) => heard.note(deviceId, at),
  }

  /** The connection on which a device last told its state. */
  const greeted = new Map<string, number>()
  let downlink: Downlink | undefined
  const broker: Broker = await startBroker(
    {
      authenticate: (deviceId, secret) => verifier.verify(deviceId, secret),
      async receive({ deviceId, kind, payload, will, connection }) {
        const paced = will ? 0 : waitMs(deviceId, kind)
        if (paced > 0) await new Promise((resolve) => setTimeout(resolve, paced))
        const fresh = kind === 'state' && !will && greeted.get(deviceId) !== connection
        if (fresh) greeted.set(deviceId, connection)
        const receipt = await receive(receiver, { deviceId, topic: kind, payload, way: 'mqtt', will, fresh })
        downlink?.receipt(deviceId, receipt)
      },
      subscribed: (deviceId, topic) => downlink?.subscribed(deviceId, topic),
      disconnected(deviceId, connection) {
        if (greeted.get(deviceId) === connection) greeted.delete(deviceId)
        downlink?.disconnected(deviceId)
      },
    },
    {
      host: config.host,
      tcpPort: config.mqttPort,
      tlsPort: config.mqttsPort ?? undefined,
      wsPort: config.wsPort ?? undefined,
      tls: config.tls
        ? { cert: await readFile(config.tls.certPath), key: await readFile(config.tls.keyPath) }
        : undefined,
    },
    log,
  )
  downlink = new Downlink(pool, databaseUrl, broker, verifier, log)

  const ingress = buildIngress({
    receive: (deviceId, topic, payload) =>
      receive(receiver, { deviceId, topic, payload, way: 'http', will: false, fresh: false }),
    async httpKey(deviceId) {
      const device = verifier.known(deviceId) ?? (await verifier.lookUp(deviceId))
      if (!device || device.revoked) return undefined
      return open(key, HTTP_KEY_PURPOSE, deviceId, device.httpKeySealed)
    },
    paceMs: waitMs,
    unstored,
    liveToken: key.subKey(LIVE_TOKEN_PURPOSE).toString('hex'),
    log,
  })
  await ingress.listen({ host: config.host, port: config.ingressPort }).catch(async (error: unknown) => {
    await broker.stop()
    throw error
  })

  void downlink.start().then(followed.resolve)
  heard.start()
  const beat = beatRegularly(pool, log)
  const address = ingress.server.address()
  const ports = { mqtt: broker.ports.tcp, ingress: typeof address === 'object' && address ? address.port : 0 }
  log.info({ ports, topics: DEVICE_TOPICS.length }, 'gateway ready')
  return {
    ports,
    async stop() {
      clearInterval(beat)
      // First the doors, so that nothing new arrives; what is being stored is still acknowledged.
      const drained = lanes.stop(DRAIN_MS)
      // Whoever connected and never asked anything is not idle to Node, and would hold this up for a minute.
      const spare = setTimeout(() => ingress.server.closeAllConnections(), DRAIN_MS)
      await Promise.all([broker.stop(), ingress.close(), drained])
      clearTimeout(spare)
      await downlink.stop()
      await heard.stop()
      await pool.end()
    },
  }
}

function beatRegularly(pool: pg.Pool, log: Logger): NodeJS.Timeout {
  const run = new GatewayRun()
  const beat = () => {
    run.beat(pool, new Date()).catch((error: unknown) => log.warn({ err: error }, 'gateway beat not written'))
  }
  beat()
  return setInterval(beat, RUN_BEAT_MS)
}
