import { connect, type Socket } from 'node:net'
import { generate } from 'mqtt-packet'
import { packetReader } from '../../firmware-sim/load/wire.ts'

/**
 * Devices that are only there, in their own process: connected, subscribed to their two topics, silent. Arguments:
 * port, secret, how many, the beginning of their ids. Tells its parent once all are in, and ends with it.
 */
const [port = '', secret = '', count = '', ...prefixes] = process.argv.slice(2)
const AT_ONCE = 200
const KEEPALIVE_S = 300

const ids = prefixes.flatMap((prefix) =>
  Array.from({ length: Number(count) / prefixes.length }, (_, i) => `${prefix}-${i + 1}`),
)
const sockets: Socket[] = []

function enter(id: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), '127.0.0.1')
    sockets.push(socket)
    socket.on('error', reject)
    socket.on('close', () => reject(new Error(`${id}: closed`)))
    socket.on(
      'data',
      packetReader({
        connack(code) {
          if (code !== 0) return reject(new Error(`${id}: refused with ${code}`))
          const topics = ['cmd', 'receipt'].map((kind) => ({ topic: `anju/v1/${id}/${kind}`, qos: 1 as const }))
          socket.write(generate({ cmd: 'subscribe', messageId: 1, subscriptions: topics }))
          resolve()
        },
        puback() {},
      }),
    )
    const known = { clientId: id, username: id, password: Buffer.from(secret) }
    socket.write(
      generate({
        cmd: 'connect',
        protocolId: 'MQTT',
        protocolVersion: 4,
        clean: true,
        keepalive: KEEPALIVE_S,
        ...known,
      }),
    )
  })
}

process.once('disconnect', () => process.exit())
for (let i = 0; i < ids.length; i += AT_ONCE) await Promise.all(ids.slice(i, i + AT_ONCE).map(enter))
process.send?.('all in')
