/**
 * Columns of an `unnest` batch in PostgreSQL's binary format of arrays (`array_send` and the types' own in its source),
 * so that neither side writes or reads text: as literals they were a fifth of the gateway's work and of PostgreSQL's.
 * Each takes the rows and what of a row the column holds.
 */

type Of<Row, Value> = (row: Row, index: number) => Value | null

const UUID = 2950
const TIMESTAMPTZ = 1184
const TEXT = 25
const BYTEA = 17
const BOOL = 16
const INT4 = 23
const FLOAT8 = 701

const HEADER = 20
const LENGTH = 4
/** 2000-01-01: what times are counted from, in microseconds. */
const EPOCH_MS = 946_684_800_000
const TWO_32 = 2 ** 32

export function uuidArray<Row>(rows: readonly Row[], pick: Of<Row, string>): Buffer {
  return fixed(rows, UUID, 16, pick, writeUuid)
}

/** To the millisecond. A date that is none throws. */
export function timeArray<Row>(rows: readonly Row[], pick: Of<Row, Date>): Buffer {
  return fixed(rows, TIMESTAMPTZ, 8, pick, writeTime)
}

export function boolArray<Row>(rows: readonly Row[], pick: Of<Row, boolean>): Buffer {
  return fixed(rows, BOOL, 1, pick, writeBool)
}

export function int4Array<Row>(rows: readonly Row[], pick: Of<Row, number>): Buffer {
  return fixed(rows, INT4, 4, pick, writeInt4)
}

export function float8Array<Row>(rows: readonly Row[], pick: Of<Row, number>): Buffer {
  return fixed(rows, FLOAT8, 8, pick, writeFloat8)
}

/** In UTF-8. PostgreSQL refuses NUL. */
export function textArray<Row>(rows: readonly Row[], pick: Of<Row, string>): Buffer {
  return varied(rows, TEXT, pick, (text) => 3 * text.length, writeText)
}

export function byteaArray<Row>(rows: readonly Row[], pick: Of<Row, Buffer>): Buffer {
  return varied(rows, BYTEA, pick, (bytes) => bytes.length, writeBytes)
}

function fixed<Row, Value>(
  rows: readonly Row[],
  type: number,
  width: number,
  pick: Of<Row, Value>,
  write: (into: Buffer, value: Value, at: number) => void,
): Buffer {
  const into = Buffer.allocUnsafe(HEADER + rows.length * (LENGTH + width))
  let at = HEADER
  for (let i = 0; i < rows.length; i++) {
    const value = pickAt(rows, i, pick)
    at = into.writeInt32BE(value === null ? -1 : width, at)
    if (value === null) continue
    write(into, value, at)
    at += width
  }
  return headed(into, type, rows.length, at)
}

function varied<Row, Value>(
  rows: readonly Row[],
  type: number,
  pick: Of<Row, Value>,
  mostBytes: (value: Value) => number,
  write: (into: Buffer, value: Value, at: number) => number,
): Buffer {
  let most = HEADER + rows.length * LENGTH
  for (let i = 0; i < rows.length; i++) {
    const value = pickAt(rows, i, pick)
    if (value !== null) most += mostBytes(value)
  }
  const into = Buffer.allocUnsafe(most)
  let at = HEADER
  for (let i = 0; i < rows.length; i++) {
    const value = pickAt(rows, i, pick)
    const bytes = value === null ? -1 : write(into, value, at + LENGTH)
    into.writeInt32BE(bytes, at)
    at += LENGTH + Math.max(0, bytes)
  }
  return headed(into, type, rows.length, at)
}

function pickAt<Row, Value>(rows: readonly Row[], i: number, pick: Of<Row, Value>): Value | null {
  const row = rows[i]
  return row === undefined ? null : pick(row, i)
}

/** One dimension, nulls allowed, its length, counted from 1. */
function headed(into: Buffer, type: number, length: number, end: number): Buffer {
  into.writeInt32BE(1, 0)
  into.writeInt32BE(1, 4)
  into.writeInt32BE(type, 8)
  into.writeInt32BE(length, 12)
  into.writeInt32BE(1, 16)
  return into.subarray(0, end)
}

function writeUuid(into: Buffer, uuid: string, at: number): void {
  for (let i = 0; i < uuid.length; i++) {
    if (uuid.charCodeAt(i) === 0x2d) continue
    into[at++] = (digit(uuid.charCodeAt(i)) << 4) | digit(uuid.charCodeAt(++i))
  }
}

/** Of a hexadecimal digit's character. */
function digit(code: number): number {
  return code < 0x40 ? code - 0x30 : (code | 0x20) - 0x57
}

/** In two halves: microseconds of the year 9999 are more than a number holds exactly. */
function writeTime(into: Buffer, time: Date, at: number): void {
  const ms = time.getTime() - EPOCH_MS
  if (Number.isNaN(ms)) throw new RangeError('a date that is none')
  const high = Math.floor(ms / TWO_32)
  const low = (ms - high * TWO_32) * 1000
  const carried = Math.floor(low / TWO_32)
  into.writeInt32BE(high * 1000 + carried, at)
  into.writeUInt32BE(low - carried * TWO_32, at + 4)
}

function writeBool(into: Buffer, value: boolean, at: number): void {
  into[at] = value ? 1 : 0
}

function writeInt4(into: Buffer, value: number, at: number): void {
  into.writeInt32BE(value, at)
}

function writeFloat8(into: Buffer, value: number, at: number): void {
  into.writeDoubleBE(value, at)
}

function writeText(into: Buffer, text: string, at: number): number {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code > 0x7f) return into.write(text, at)
    into[at + i] = code
  }
  return text.length
}

function writeBytes(into: Buffer, bytes: Buffer, at: number): number {
  into.set(bytes, at)
  return bytes.length
}
