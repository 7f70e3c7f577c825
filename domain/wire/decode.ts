import { Compile } from 'typebox/compile'
import { canonicalJson, NotCanonical } from '../canonical.ts'
import type { Fact, Item } from './fact.ts'
import { MAX_BATCH_BYTES, MAX_BATCH_ITEMS, MAX_PAYLOAD_BYTES } from './limits.ts'
import { measure } from './reading.ts'
import { rejections, type RejectionCode } from './rejection.ts'
import * as schema from './schema.ts'
import { readTime } from './time.ts'

export interface Arrival {
  /** The device whose connection or signature this came with. */
  deviceId: string
  arrivedAt: Date
  /** The broker sent it in the device's stead. */
  will?: boolean
  /** The first state of its connection. */
  fresh?: boolean
}

type Json = Record<string, unknown>

const compiled = {
  press: Compile(schema.Press),
  tap: Compile(schema.Tap),
  state: Compile(schema.State),
  ack: Compile(schema.Ack),
}
const readings = {
  'blood-pressure': Compile(schema.BloodPressure),
  glucose: Compile(schema.Glucose),
  spo2: Compile(schema.Spo2),
  weight: Compile(schema.Weight),
  temperature: Compile(schema.Temperature),
  gatt: Compile(schema.Gatt),
}
const utf8 = new TextDecoder('utf-8', { fatal: true })
const ID = /^[A-Za-z0-9._-]{1,64}$/

/**
 * Decodes one message of the wire contract into its items. Never throws: what is no fact comes back with a code.
 * A press is special: however broken, it is a press (promise 2).
 */
export function decode(topic: string, payload: Uint8Array, arrival: Arrival): Item[] {
  const limit = topic === 'batch' ? MAX_BATCH_BYTES : MAX_PAYLOAD_BYTES
  if (payload.length > limit) return [broken(topic, arrival, 'too-large', `${payload.length} bytes`)]
  const parsed = parse(payload)
  if ('code' in parsed) return [broken(topic, arrival, parsed.code, rejections[parsed.code])]
  if (topic !== 'batch') return [item(topic, parsed.json, arrival, { deviceId: arrival.deviceId, inBatch: false })]

  const { items } = parsed.json
  if (!Array.isArray(items) || items.length > MAX_BATCH_ITEMS) {
    return [broken(topic, arrival, 'bad-field', `items: an array of at most ${MAX_BATCH_ITEMS}`)]
  }
  return items.map((entry: unknown) => batchItem(entry, arrival))
}

function batchItem(entry: unknown, arrival: Arrival): Item {
  if (!isObject(entry)) return broken('batch', arrival, 'not-an-object', 'an item of the batch', textOf(entry))
  const { type, device = arrival.deviceId } = entry
  if (typeof device !== 'string' || !ID.test(device)) {
    return broken(wordOf(type), arrival, 'bad-field', 'device', textOf(entry))
  }
  if (type !== 'press' && type !== 'reading' && type !== 'tap' && type !== 'state') {
    return broken('batch', arrival, 'unknown-type', 'type', textOf(entry))
  }
  // The same fact may come alone and again out of an outbox: the wrapping is no part of its body.
  const { type: _type, device: _device, ...body } = entry
  return item(type, body, arrival, { deviceId: device, inBatch: true })
}

function parse(payload: Uint8Array): { json: Json } | { code: RejectionCode } {
  let text: string
  try {
    text = utf8.decode(payload)
  } catch {
    return { code: 'not-utf8' }
  }
  try {
    const json: unknown = JSON.parse(text)
    return isObject(json) ? { json } : { code: 'not-an-object' }
  } catch {
    return { code: 'not-json' }
  }
}

/** Where an item stands: its device, and whether it came out of an outbox. */
interface Place {
  deviceId: string
  inBatch: boolean
}

function item(topic: string, json: Json, arrival: Arrival, place: Place): Item {
  let canonical: string
  try {
    canonical = canonicalJson(json)
  } catch (error) {
    if (!(error instanceof NotCanonical)) throw error
    if (topic === 'press') return unreadablePress(json, arrival, place)
    return refuse(topic, json, place, 'bad-text', rejections['bad-text'])
  }
  switch (topic) {
    case 'press':
      return press(json, canonical, arrival, place)
    case 'reading':
      return reading(json, canonical, arrival, place)
    case 'tap':
      return tap(json, canonical, arrival, place)
    case 'state':
      return state(json, canonical, arrival, place)
    case 'ack': {
      if (!compiled.ack.Check(json)) return invalid('ack', json, place, compiled.ack)
      const fact: Fact = { type: 'ack', deviceId: place.deviceId, commandId: json.id, result: json.result }
      return { ok: true, fact, canonical }
    }
    default:
      return refuse(topic, json, place, 'unknown-topic', topic)
  }
}

function press(json: Json, canonical: string, arrival: Arrival, place: Place): Item {
  const time = readTime(json, arrival.arrivedAt, place.inBatch)
  if (!compiled.press.Check(json) || !time) return unreadablePress(json, arrival, place, canonical)
  return {
    ok: true,
    canonical,
    fact: { type: 'press', deviceId: place.deviceId, messageId: json.id, time, battery: json.battery ?? null },
  }
}

/** What cannot be read is pressed all the same. Its id is kept if there is one; else the hash of its bytes stands in. */
function unreadablePress(json: Json | null, arrival: Arrival, place: Place, canonical: string | null = null): Item {
  const id = json && typeof json['id'] === 'string' && ID.test(json['id']) ? json['id'] : null
  const time = (json && readTime(json, arrival.arrivedAt, place.inBatch)) ?? {
    at: arrival.arrivedAt,
    deviceAt: null,
    marks: ['clockless' as const],
  }
  return {
    ok: true,
    canonical: id === null ? null : canonical,
    fact: {
      type: 'press',
      deviceId: place.deviceId,
      messageId: id !== null && canonical !== null ? id : null,
      time: { ...time, marks: [...time.marks, 'unreadable'] },
      battery: null,
    },
  }
}

function isReadingKind(kind: unknown): kind is keyof typeof readings {
  return typeof kind === 'string' && Object.hasOwn(readings, kind)
}

function reading(json: Json, canonical: string, arrival: Arrival, place: Place): Item {
  const kind = json['kind']
  const check = isReadingKind(kind) ? readings[kind] : null
  if (!check) return refuse('reading', json, place, 'unknown-kind', wordOf(kind).slice(0, 64))
  if (!check.Check(json)) return invalid('reading', json, place, check)
  const time = readTime(json, arrival.arrivedAt, place.inBatch)
  if (!time) return refuse('reading', json, place, 'bad-time', rejections['bad-time'])
  const measured = measure(json)
  if (!measured.ok) return refuse('reading', json, place, measured.code, rejections[measured.code])
  return {
    ok: true,
    canonical,
    fact: { type: 'reading', deviceId: place.deviceId, messageId: json.id, time, measurement: measured.measurement },
  }
}

function tap(json: Json, canonical: string, arrival: Arrival, place: Place): Item {
  if (!compiled.tap.Check(json)) return invalid('tap', json, place, compiled.tap)
  const time = readTime(json, arrival.arrivedAt, place.inBatch)
  if (!time) return refuse('tap', json, place, 'bad-time', rejections['bad-time'])
  const seen = 'sun' in json ? { uid: null, sun: sunOf(json.sun) } : { uid: json.uid.toUpperCase(), sun: null }
  return { ok: true, canonical, fact: { type: 'tap', deviceId: place.deviceId, messageId: json.id, time, ...seen } }
}

/** Only the fields that are verified, so that nothing unchecked reaches a column. */
function sunOf(sun: schema.SunMessage): schema.SunMessage {
  if ('picc_data' in sun) {
    return { picc_data: sun.picc_data, cmac: sun.cmac, ...(sun.enc === undefined ? {} : { enc: sun.enc }) }
  }
  return { uid: sun.uid, ctr: sun.ctr, cmac: sun.cmac }
}

function state(json: Json, canonical: string, arrival: Arrival, place: Place): Item {
  if (!compiled.state.Check(json)) return invalid('state', json, place, compiled.state)
  const time = readTime(json, arrival.arrivedAt, place.inBatch)
  if (!time) return refuse('state', json, place, 'bad-time', rejections['bad-time'])
  return {
    ok: true,
    canonical,
    fact: {
      type: 'state',
      deviceId: place.deviceId,
      time,
      online: json.online,
      boot: json.boot ?? null,
      seq: json.seq ?? null,
      battery: whole(json.battery),
      rssi: whole(json.rssi),
      firmware: json.firmware ?? null,
      uptimeS: whole(json.uptime),
      tamper: json.tamper ?? null,
      will: arrival.will ?? false,
      fresh: (arrival.fresh ?? false) && !place.inBatch,
    },
  }
}

function whole(value: number | undefined): number | null {
  return value === undefined ? null : Math.round(value)
}

/** The part of a compiled schema that tells what is wrong. */
interface Complainer {
  Errors(value: unknown): { instancePath: string; message: string }[]
}

function invalid(type: string, json: Json, place: Place, check: Complainer): Item {
  if (type !== 'state' && !(typeof json['id'] === 'string' && ID.test(json['id']))) {
    return refuse(type, json, place, 'bad-id', rejections['bad-id'])
  }
  const [first] = check.Errors(json)
  return refuse(type, json, place, 'bad-field', first ? `${first.instancePath} ${first.message}`.trim() : type)
}

function refuse(type: string, json: Json, place: Place, code: RejectionCode, detail: string): Item {
  const id = typeof json['id'] === 'string' && ID.test(json['id']) ? json['id'] : null
  const text = place.inBatch ? textOf(json) : null
  return { ok: false, type, deviceId: place.deviceId, messageId: id, code, detail: printable(detail), text }
}

function broken(
  topic: string,
  arrival: Arrival,
  code: RejectionCode,
  detail: string,
  text: string | null = null,
): Item {
  if (topic === 'press') return unreadablePress(null, arrival, { deviceId: arrival.deviceId, inBatch: false })
  return { ok: false, type: topic, deviceId: arrival.deviceId, messageId: null, code, detail: printable(detail), text }
}

function printable(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/\p{Cc}/gu, ' ')
    .slice(0, 200)
}

/** An item's own text; null where it nests too deep to be written, though it could be read: its message keeps it. */
function textOf(value: unknown): string | null {
  try {
    return JSON.stringify(value) ?? ''
  } catch {
    return null
  }
}

/** Not `String`, which asks the value itself: a sender may name a field `toString`. */
function wordOf(value: unknown): string {
  return typeof value === 'string' ? value : typeof value
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
