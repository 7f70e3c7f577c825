import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { Aedes } from 'aedes'

export type Stored = { device: string; topic: string; body: string }

/** A platform in miniature: what it has stored when it sends the PUBACK is in `stored`, as promise 1 asks. */
export type Platform = {
  url: string
  port: number
  stored: Stored[]
  /** Messages for which this answers true are heard and never acknowledged. */
  withhold: (message: Stored) => boolean
  /** Whether it names what it stored in a receipt, as Anju's own gateway does just before the PUBACK. */
  receipts: boolean
  /** Publishes to a device's `cmd` or `receipt`. */
  tell(device: string, topic: 'cmd' | 'receipt', body: object): Promise<void>
  /** Resolves once `fact` holds; asked again after every stored message. */
  until(fact: () => boolean): Promise<void>
  /** Every socket destroyed, nobody told. */
  kill(): Promise<void>
}

export async function startPlatform(port = 0, stored: Stored[] = []): Promise<Platform> {
  const aedes = await Aedes.createBroker()
  const changes = new EventTarget()
  const server = createServer(aedes.handle)
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('not a TCP address')
  const platform: Platform = {
    url: `mqtt://127.0.0.1:${address.port}`,
    port: address.port,
    stored,
    withhold: () => false,
    receipts: false,
    tell: (device, topic, body) =>
      new Promise((resolve, reject) => {
        const packet = {
          cmd: 'publish',
          topic: `anju/v1/${device}/${topic}`,
          payload: Buffer.from(JSON.stringify(body)),
          qos: 1,
          dup: false,
          retain: false,
        } as const
        aedes.publish(packet, (error) => (error ? reject(error) : resolve()))
      }),
    async until(fact) {
      while (!fact()) await once(changes, 'stored')
    },
    async kill() {
      for (const socket of sockets) socket.destroy()
      const closed = once(server, 'close')
      server.close()
      await closed
      await new Promise<void>((resolve) => aedes.close(() => resolve()))
    },
  }
  aedes.authorizePublish = (client, packet, done) => {
    const message = {
      device: client?.id ?? '',
      topic: packet.topic.split('/')[3] ?? '',
      body: packet.payload.toString(),
    }
    if (platform.withhold(message)) return
    stored.push(message)
    const ids = platform.receipts ? idsIn(message.body) : []
    if (ids.length > 0) void platform.tell(message.device, 'receipt', { ids, rejected: [] })
    done(null)
    changes.dispatchEvent(new Event('stored'))
  }
  return platform
}

/** Ids of the facts in a body: one message's, or those of a batch's items. */
export function idsIn(body: string): string[] {
  const said = JSON.parse(body) as { id?: string; items?: { id?: string }[] }
  return [said, ...(said.items ?? [])].flatMap(({ id }) => (id === undefined ? [] : [id]))
}
