import { connect, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt'
import { generate, parser, type IConnectPacket, type Packet } from 'mqtt-packet'
import { startBroker, type Broker, type BrokerHooks, type BrokerOptions, type Incoming } from './main.ts'
import { topicOf } from './topics.ts'

/** A broker to try things on: it keeps what it received, and a test may take over any hook. */
export interface Trial {
  readonly broker: Broker
  readonly received: Incoming[]
  readonly refused: Set<string>
  readonly events: string[]
  /** Resolves once `fact` gives something; looked at after each message, connection and log line. */
  until<T>(fact: () => T | undefined | false): Promise<T>
  stop(): Promise<void>
}

export async function startTrial(
  hooks: Partial<BrokerHooks> = {},
  options: Partial<BrokerOptions> = {},
): Promise<Trial> {
  const received: Incoming[] = []
  const refused = new Set<string>()
  const events: string[] = []
  const waiting = new Set<() => void>()
  const look = (): void => {
    for (const check of [...waiting]) check()
  }
  const note = (event: string): void => {
    events.push(event)
    look()
  }
  const broker = await startBroker(
    {
      authenticate:
        hooks.authenticate ?? (async (id) => (refused.has(id) ? { ok: false, returnCode: 5 } : { ok: true })),
      async receive(message) {
        received.push(message)
        look()
        await hooks.receive?.(message)
      },
      connected: (id, n) => note(`connected ${id} ${n}`),
      subscribed: (id, topic) => note(`subscribed ${id} ${topic}`),
      disconnected: (id, n) => note(`disconnected ${id} ${n}`),
    },
    { host: '127.0.0.1', tcpPort: 0, ...options },
    { debug: (_, message) => note(message), info: (_, message) => note(message), warn: (_, message) => note(message) },
  )
  return {
    broker,
    received,
    refused,
    events,
    until: (fact) =>
      new Promise((resolve) => {
        const check = (): void => {
          const found = fact()
          if (found === undefined || found === false) return
          waiting.delete(check)
          resolve(found)
        }
        waiting.add(check)
        check()
      }),
    stop: () => broker.stop(),
  }
}

/** A real MQTT client that gives up rather than reconnects. */
export function device(url: string, id: string, options: IClientOptions = {}): Promise<MqttClient> {
  const common = { clientId: id, username: id, password: 'secret', reconnectPeriod: 0, protocolVersion: 4 } as const
  return connectAsync(url, { ...common, ...options }, false)
}

export const tcp = (trial: Trial): string => `mqtt://127.0.0.1:${trial.broker.ports.tcp}`

/** A bare socket that can say anything and keeps every packet it is told. */
export class RawDevice {
  readonly stream: Duplex
  readonly packets: Packet[] = []
  readonly closed: Promise<void>
  #waiting: (() => void)[] = []

  constructor(stream: Duplex) {
    this.stream = stream
    const reader = parser({ protocolVersion: 4 })
    reader.on('packet', (packet: Packet) => {
      this.packets.push(packet)
      this.#look()
    })
    reader.on('error', () => stream.destroy())
    stream.on('data', (bytes: Buffer) => reader.parse(bytes))
    stream.on('error', () => {}) // a reset is an expected end
    this.closed = new Promise((resolve) => stream.once('close', () => resolve()))
    void this.closed.then(() => this.#look())
  }

  send(...packets: Packet[]): void {
    for (const packet of packets) this.stream.write(generate(packet))
  }

  /** The next packet of this kind, taken out of the list; undefined if the connection ends first. */
  async next<C extends Packet['cmd']>(cmd: C): Promise<Extract<Packet, { cmd: C }> | undefined> {
    for (;;) {
      const at = this.packets.findIndex((packet) => packet.cmd === cmd)
      const packet = at < 0 ? undefined : this.packets.splice(at, 1)[0]
      if (packet && isKind(packet, cmd)) return packet
      if (this.stream.destroyed) return undefined
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    }
  }

  #look(): void {
    for (const wake of this.#waiting.splice(0)) wake()
  }
}

function isKind<C extends Packet['cmd']>(packet: Packet, cmd: C): packet is Extract<Packet, { cmd: C }> {
  return packet.cmd === cmd
}

export function rawSocket(trial: Trial, localAddress = '127.0.0.1'): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port: trial.broker.ports.tcp, localAddress, noDelay: true })
    socket.once('connect', () => resolve(socket)).once('error', reject)
  })
}

export async function raw(trial: Trial): Promise<RawDevice> {
  return new RawDevice(await rawSocket(trial))
}

export function hello(id: string, more: Partial<IConnectPacket> = {}): IConnectPacket {
  const who = { clientId: id, username: id, password: Buffer.from('secret') }
  return { cmd: 'connect', protocolId: 'MQTT', protocolVersion: 4, clean: true, keepalive: 60, ...who, ...more }
}

/** A bare socket past its CONNACK. */
export async function rawDevice(trial: Trial, id: string, more: Partial<IConnectPacket> = {}): Promise<RawDevice> {
  const one = await raw(trial)
  one.send(hello(id, more))
  const connack = await one.next('connack')
  if (connack?.returnCode !== 0) throw new Error(`refused with ${connack?.returnCode}`)
  return one
}

export function publication(id: string, kind: string, messageId: number, payload: string | Buffer = '{}'): Packet {
  return { cmd: 'publish', topic: topicOf(id, kind), payload, qos: 1, messageId, dup: false, retain: false }
}
