import type { Duplex } from 'node:stream'
import { Frames, readOpening } from './frames.ts'
import type { Limits } from './limits.ts'
import type { Turns } from './turns.ts'

const WRONG_LEVEL = Buffer.from([0x20, 2, 0, 1]) // CONNACK: unacceptable protocol version [MQTT-3.1.2-2]

/**
 * Stands between a connection's stream and aedes, and decides what aedes reads and when. aedes asks the stream for all
 * it holds, hands every packet on at once, and asks again at each arrival even while earlier packets are being stored;
 * so one device could hold any number in memory. Here it gets whole packets, a slice at a time, within a window; what
 * it does not get stays in the stream, and TCP slows the sender.
 */
export class Gate {
  readonly #conn: Duplex
  readonly #limits: Limits
  readonly #turns: Turns
  readonly #refuse: (reason: string) => void
  readonly #frames: Frames
  #phase: 'opening' | 'deciding' | 'open' | 'shut' = 'opening'
  #opening: Buffer[] = []
  #storing = 0
  #storingBytes = 0
  #turnTaken = false
  #waitingForDrain = false

  constructor(conn: Duplex, limits: Limits, turns: Turns, refuse: (reason: string) => void) {
    this.#conn = conn
    this.#limits = limits
    this.#turns = turns
    this.#refuse = refuse
    this.#frames = new Frames(limits)
  }

  /** Puts the gate before the stream: from now on `conn.read()` gives what `#next` lets through. */
  install(): void {
    const conn = this.#conn
    const take = conn.read.bind(conn)
    conn.read = (size?: number): Buffer | null => {
      if (size !== 0) return this.#next(take)
      take(0) // Node's own request to go on filling the buffer: it takes nothing out
      return null
    }
  }

  /** CONNACK has gone out: publishes may come. */
  open(): void {
    if (this.#phase === 'deciding') this.#phase = 'open'
  }

  /** No more packets: the broker is stopping. */
  shut(): void {
    this.#phase = 'shut'
  }

  /** Whether the device ended its session with DISCONNECT. */
  get goodbye(): boolean {
    return this.#frames.goodbye
  }

  /** A publish of so many bytes is being stored. */
  storing(bytes: number): void {
    this.#storing++
    this.#storingBytes += bytes
    this.#turns.storing()
  }

  /** It is stored or refused; aedes reads on by itself after acknowledging. */
  settled(bytes: number): void {
    this.#storing--
    this.#storingBytes -= bytes
    this.#turns.settled()
  }

  #next(take: () => unknown): Buffer | null {
    if (this.#conn.destroyed || this.goodbye) return null
    switch (this.#phase) {
      case 'opening':
        return this.#connect(take)
      case 'deciding':
      case 'shut':
        return null
      case 'open':
        return this.#slice(take)
    }
  }

  /** The CONNECT, whole and alone. What follows waits in the stream until it is accepted. */
  #connect(take: () => unknown): Buffer | null {
    const chunk = take()
    if (!Buffer.isBuffer(chunk)) return null
    this.#opening.push(chunk)
    const bytes = this.#opening.length === 1 ? chunk : Buffer.concat(this.#opening)
    const opening = readOpening(bytes, this.#limits)
    switch (opening.state) {
      case 'partial':
        return null
      case 'wrong-level':
        this.#phase = 'shut'
        this.#conn.write(WRONG_LEVEL, () => this.#refuse('not MQTT 3.1.1'))
        return null
      case 'malformed':
        this.#refuse(opening.reason)
        return null
      case 'whole':
        this.#phase = 'deciding'
        this.#opening = []
        return this.#split(bytes, opening.bytes)
    }
  }

  #slice(take: () => unknown): Buffer | null {
    // Half a window, so that a sender who fills it is not woken for every single acknowledgement.
    const { windowPackets, windowBytes, slicePackets } = this.#limits
    if (this.#turnTaken || this.#storing > windowPackets / 2 || this.#storingBytes > windowBytes) return null
    if (this.#conn.writableNeedDrain) {
      // It does not read our answers: it gets no further question in. aedes drops it after drainTimeoutMs.
      if (!this.#waitingForDrain) this.#conn.once('drain', this.#wake)
      this.#waitingForDrain = true
      return null
    }
    const allowed = this.#turns.allow(this.#wake, this.#storing)
    if (allowed === 0) return null
    const chunk = take()
    if (!Buffer.isBuffer(chunk)) return null
    const walk = this.#frames.walk(chunk, Math.min(slicePackets, windowPackets - this.#storing, allowed))
    if (!walk.ok) {
      this.#refuse(walk.reason)
      return null
    }
    this.#turns.spent(walk.packets)
    if (walk.bytes < chunk.length) {
      this.#turnTaken = true
      setImmediate(this.#wake)
    }
    return this.#split(chunk, walk.bytes)
  }

  #split(bytes: Buffer, at: number): Buffer {
    if (at === bytes.length) return bytes
    this.#conn.unshift(bytes.subarray(at))
    return bytes.subarray(0, at)
  }

  #wake = (): void => {
    if (this.#conn.destroyed) return
    this.#turnTaken = false
    this.#waitingForDrain = false
    this.#conn.emit('readable') // aedes listens to this and reads
  }
}
