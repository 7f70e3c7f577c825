import type { Duplex } from 'node:stream'
import type { Client } from 'aedes'
import { Downlink } from './downlink.ts'
import type { Gate } from './gate.ts'
import type { Limits } from './limits.ts'

export interface Will {
  readonly topic: string
  readonly payload: Buffer
  readonly qos: 0 | 1 | 2
}

/** One connection from its first byte to its last. */
export class Session {
  readonly client: Client
  readonly conn: Duplex
  readonly gate: Gate
  readonly address: string
  readonly downlink: Downlink
  /** As CONNECT claims it; proven once `connection` is not 0. */
  deviceId = ''
  /** Number of the accepted connection, increasing; 0 until accepted. */
  connection = 0
  /** CONNACK has gone out. */
  greeted = false
  /** Cut off by us, perhaps while its CONNECT was being decided. */
  barred = false
  will: Will | undefined
  readonly subscriptions = new Map<string, 0 | 1 | 2>()

  constructor(client: Client, conn: Duplex, gate: Gate, address: string, limits: Limits) {
    this.client = client
    this.conn = conn
    this.gate = gate
    this.address = address
    this.downlink = new Downlink(client, conn, limits)
  }
}
