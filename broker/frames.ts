import type { Limits } from './limits.ts'

// Control packet types, 3.1.1 §2.2.1.
const CONNECT = 1
const PUBLISH = 3
const PUBACK = 4
const PUBREC = 5
const PUBREL = 6
const PUBCOMP = 7
const SUBSCRIBE = 8
const UNSUBSCRIBE = 10
const PINGREQ = 12
const DISCONNECT = 14
const PROTOCOL_NAME = Buffer.from([0, 4, 0x4d, 0x51, 0x54, 0x54]) // "MQTT"
const PROTOCOL_LEVEL = 4

export type Walk = { ok: true; bytes: number; packets: number } | { ok: false; reason: string }

const PACKET_ID = 2

/**
 * The shortest and longest body a device may send in a packet of this type; undefined for types not its to send. The
 * shortest matters too: mqtt-packet takes a missing packet id from the next packet's bytes, or aedes answers with half
 * a packet.
 */
function bodyBounds(type: number, limits: Limits): readonly [shortest: number, longest: number] | undefined {
  switch (type) {
    case PUBLISH:
      return [3, limits.publishBytes]
    case SUBSCRIBE:
      return [PACKET_ID + 4, limits.controlBytes]
    case UNSUBSCRIBE:
      return [PACKET_ID + 3, limits.controlBytes]
    case PUBACK:
    case PUBREC:
    case PUBREL:
    case PUBCOMP:
      return [PACKET_ID, PACKET_ID]
    case PINGREQ:
    case DISCONNECT:
      return [0, 0]
    default:
      return undefined
  }
}

/**
 * Follows a connection's bytes from fixed header to fixed header without reading bodies, so that a length that is too
 * long is known after five bytes: aedes and mqtt-packet would first buffer all of it, up to 256 MB.
 */
export class Frames {
  readonly #limits: Limits
  #type = 0
  #length = 0
  #shift = -1 // -1: the next byte opens a packet; else: reading its length
  #left = 0 // bytes of the body still to come
  /** True once a DISCONNECT was seen: the device said goodbye and its will is void [MQTT-3.14.4-3]. */
  goodbye = false

  constructor(limits: Limits) {
    this.#limits = limits
  }

  /** How many bytes of `chunk` to take for at most `most` whole packets; a packet cut short by the chunk's end is taken too. */
  walk(chunk: Buffer, most: number): Walk {
    let at = 0
    let packets = 0
    while (at < chunk.length && packets < most && !this.goodbye) {
      if (this.#left > 0) {
        const step = Math.min(this.#left, chunk.length - at)
        at += step
        this.#left -= step
        if (this.#left === 0) packets++
        continue
      }
      const byte = chunk.readUInt8(at++)
      if (this.#shift < 0) {
        this.#type = byte >> 4
        this.#length = 0
        this.#shift = 0
        continue
      }
      this.#length |= (byte & 0x7f) << this.#shift
      this.#shift += 7
      if ((byte & 0x80) !== 0) {
        if (this.#shift > 21) return { ok: false, reason: 'malformed remaining length' }
        continue
      }
      const bounds = bodyBounds(this.#type, this.#limits)
      if (!bounds) return { ok: false, reason: `packet type ${this.#type} is not a device's` }
      if (this.#length < bounds[0] || this.#length > bounds[1]) {
        return { ok: false, reason: `packet type ${this.#type} cannot have ${this.#length} bytes` }
      }
      this.#shift = -1
      this.#left = this.#length
      if (this.#left === 0) packets++
      if (this.#type === DISCONNECT) this.goodbye = true
    }
    return { ok: true, bytes: at, packets }
  }
}

export type Opening =
  | { state: 'whole'; bytes: number }
  | { state: 'partial' }
  | { state: 'wrong-level' }
  | { state: 'malformed'; reason: string }

/** Looks at a connection's first bytes: they must be one CONNECT of MQTT 3.1.1 [MQTT-3.1.0-1], within the limit. */
export function readOpening(bytes: Buffer, limits: Limits): Opening {
  if (bytes.length === 0) return { state: 'partial' }
  if (bytes[0] !== CONNECT << 4) return { state: 'malformed', reason: 'the first packet is not a CONNECT' }
  let length = 0
  for (let i = 1; i <= 4; i++) {
    const byte = bytes[i]
    if (byte === undefined) return { state: 'partial' }
    length |= (byte & 0x7f) << (7 * (i - 1))
    if ((byte & 0x80) !== 0) continue
    const start = i + 1
    if (length > limits.connectBytes) return { state: 'malformed', reason: `a CONNECT of ${length} bytes is too long` }
    if (bytes.length < start + length) return { state: 'partial' }
    const body = bytes.subarray(start, start + length)
    const level = body[PROTOCOL_NAME.length]
    if (body.indexOf(PROTOCOL_NAME) === 0 && level === PROTOCOL_LEVEL) return { state: 'whole', bytes: start + length }
    // MQTT 3.1 ("MQIsdp") and MQTT 5 are answered before the parser sees a field it knows only from them.
    const foreign = body.indexOf(PROTOCOL_NAME) === 0 || body.indexOf('MQIsdp') === 2
    return foreign ? { state: 'wrong-level' } : { state: 'malformed', reason: 'not the MQTT protocol' }
  }
  return { state: 'malformed', reason: 'malformed remaining length' }
}
