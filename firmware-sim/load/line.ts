import { connect as tcpConnect, type Socket } from 'node:net'
import { connect as tlsConnect } from 'node:tls'
import { generate } from 'mqtt-packet'
import { packetReader, publishPacket } from './wire.ts'

const pingEveryMs = 30_000
const connectWithinMs = 30_000

export type LoadDevice = { id: string; secret: string }
export type Answered = (kind: number, microseconds: number) => void

/** One connection under load: a window of QoS 1 messages, each timed from its write to its PUBACK. */
export class Line {
  readonly #socket: Socket
  readonly #free: number[]
  readonly #sentAt: Float64Array
  readonly #kind: Uint8Array
  readonly #outgoing: Buffer[] = []
  readonly #pinging: NodeJS.Timeout
  #answered: Answered = () => {}
  broken: Error | undefined

  private constructor(socket: Socket, window: number) {
    this.#socket = socket
    this.#free = Array.from({ length: window }, (_, i): number => window - i)
    this.#sentAt = new Float64Array(window + 1)
    this.#kind = new Uint8Array(window + 1)
    this.#pinging = setInterval(() => socket.write(generate({ cmd: 'pingreq' })), pingEveryMs)
  }

  /** Resolves after CONNACK. Rejects when the broker refuses or is not there. */
  static open(broker: string, device: LoadDevice, window: number): Promise<Line> {
    const { promise, resolve, reject } = Promise.withResolvers<Line>()
    const { protocol, hostname, port } = new URL(broker)
    const socket =
      protocol === 'mqtts:'
        ? tlsConnect({ host: hostname, port: Number(port || 8883), servername: hostname })
        : tcpConnect({ host: hostname, port: Number(port || 1883) })
    socket.setNoDelay(true)
    const line = new Line(socket, window)
    const late = setTimeout(() => socket.destroy(new Error(`${device.id}: no CONNACK`)), connectWithinMs)
    socket.on('error', (error: Error) => (line.broken = error))
    socket.on('close', () => {
      clearTimeout(late)
      clearInterval(line.#pinging)
      line.broken ??= new Error(`${device.id}: the broker closed the connection`)
      reject(line.broken)
    })
    const read = packetReader({
      connack(code) {
        clearTimeout(late)
        if (code === 0) resolve(line)
        else socket.destroy(new Error(`${device.id}: refused with ${code}`))
      },
      puback: (messageId) => line.#puback(messageId),
    })
    socket.on('data', read)
    socket.write(
      generate({
        cmd: 'connect',
        protocolId: 'MQTT',
        protocolVersion: 4,
        clean: true,
        clientId: device.id,
        username: device.id,
        password: Buffer.from(device.secret),
        keepalive: 60,
      }),
    )
    return promise
  }

  /** Who is told of each PUBACK. */
  onAnswered(answered: Answered): void {
    this.#answered = answered
  }

  get room(): boolean {
    return this.#free.length > 0 && this.broken === undefined
  }

  get open(): number {
    return this.#sentAt.length - 1 - this.#free.length
  }

  /** Takes a message into the next {@link flush}; there must be room. */
  send(topic: string, payload: string, kind: number): void {
    const messageId = this.#free.pop()
    if (messageId === undefined) throw new Error('no room: ask first')
    this.#kind[messageId] = kind
    this.#sentAt[messageId] = -1
    this.#outgoing.push(publishPacket(topic, messageId, payload))
    this.#sentAt[messageId] = performance.now()
  }

  /** Writes what was taken, in one system call. */
  flush(): void {
    if (this.#outgoing.length === 0) return
    this.#socket.write(this.#outgoing.length === 1 ? (this.#outgoing[0] ?? '') : Buffer.concat(this.#outgoing))
    this.#outgoing.length = 0
  }

  close(): void {
    this.#socket.end(generate({ cmd: 'disconnect' }))
    this.#socket.unref()
  }

  #puback(messageId: number): void {
    const sentAt = this.#sentAt[messageId] ?? 0
    this.#free.push(messageId)
    this.#answered(this.#kind[messageId] ?? 0, (performance.now() - sentAt) * 1000)
  }
}
