import {
  closeSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { syncFolder } from './disk.ts'
import type { Random } from './random.ts'

export type ItemType = 'press' | 'reading' | 'tap' | 'ack'

/** One message that waits: `body` is the JSON text exactly as it is sent, however often. */
export type Item = { n: number; type: ItemType; id: string; device?: string; body: string }

/** Below this the file is not worth rewriting; flash wears. */
const compactAboveBytes = 64 * 1024

/**
 * An outbox as firmware keeps it: a file that only grows, one checksummed line a step (`put` or `done`).
 * - `put` is on the disk (fsync) when it returns; `done` is not forced, since a lost `done` only means a duplicate.
 * - Opening survives a torn last line, and a damaged one in the middle costs only itself.
 * - When most of a large file is done, it is rewritten beside and renamed over.
 */
export class Outbox {
  readonly #path: string
  readonly #items = new Map<number, Item>()
  #file: number
  #bytes = 0
  #syncedBytes = 0
  #liveBytes = 0
  #next = 1
  #closed = false
  /** Lines that failed their checksum when the outbox was opened. */
  damaged = 0

  private constructor(path: string, file: number) {
    this.#path = path
    this.#file = file
  }

  static open(folder: string): Outbox {
    mkdirSync(folder, { recursive: true })
    const path = join(folder, 'outbox')
    rmSync(`${path}.new`, { force: true }) // a compaction that a power cut interrupted
    const outbox = new Outbox(path, openSync(path, 'a+'))
    syncFolder(folder)
    outbox.#load()
    return outbox
  }

  get size(): number {
    return this.#items.size
  }

  /** What waits, oldest first. */
  items(): Item[] {
    return [...this.#items.values()]
  }

  /** Those of them that `takes` chooses, oldest first, looked at only as far as they are read. */
  *waiting(takes: (item: Item) => boolean): Generator<Item> {
    for (const item of this.#items.values()) if (takes(item)) yield item
  }

  has(n: number): boolean {
    return this.#items.has(n)
  }

  /** Stores an item; when this returns, a power cut no longer loses it. Throws when the disk does. */
  put(item: Omit<Item, 'n'>): Item {
    return this.putAll([item])[0] ?? unreachable()
  }

  /** Stores several with one fsync. */
  putAll(items: Omit<Item, 'n'>[]): Item[] {
    const numbered = items.map((item) => ({ n: this.#next++, ...item }))
    this.#append(numbered.map(putLine).join(''))
    fsyncSync(this.#file)
    this.#syncedBytes = this.#bytes
    for (const item of numbered) this.#add(item)
    return numbered
  }

  /** Forgets items that the platform has answered for; unknown numbers are ignored. */
  done(numbers: Iterable<number>): void {
    let lines = ''
    for (const n of numbers) {
      const item = this.#items.get(n)
      if (!item) continue
      this.#items.delete(n)
      this.#liveBytes -= Buffer.byteLength(putLine(item))
      lines += line({ done: n })
    }
    if (lines === '') return
    this.#append(lines)
    if (this.#bytes > compactAboveBytes && this.#liveBytes < this.#bytes / 2) this.#compact()
  }

  close(): void {
    this.#closed = true
    closeSync(this.#file)
  }

  /** Cuts the power: of what was not forced to the disk, any part may be there, even half a line. */
  powerCut(random: Random): void {
    ftruncateSync(this.#file, random.whole(this.#syncedBytes, this.#bytes))
    this.close()
  }

  #load(): void {
    const bytes = readFileSync(this.#path)
    const end = bytes.lastIndexOf(0x0a) + 1
    for (const text of bytes.toString('utf8', 0, end).split('\n').slice(0, -1)) this.#replay(text)
    if (end < bytes.length) ftruncateSync(this.#file, end) // a torn last line was never promised to anybody
    this.#bytes = this.#syncedBytes = end
  }

  #replay(text: string): void {
    const step = parseLine(text)
    if (step === undefined) {
      this.damaged++
    } else if ('done' in step) {
      this.#next = Math.max(this.#next, step.done + 1)
      const item = this.#items.get(step.done)
      if (item) this.#liveBytes -= Buffer.byteLength(putLine(item))
      this.#items.delete(step.done)
    } else {
      this.#next = Math.max(this.#next, step.n + 1)
      this.#add(step)
    }
  }

  #add(item: Item): void {
    this.#items.set(item.n, item)
    this.#liveBytes += Buffer.byteLength(putLine(item))
  }

  #append(text: string): void {
    if (this.#closed) throw new Error('The outbox is closed: the device is off')
    const bytes = Buffer.from(text)
    try {
      for (let at = 0; at < bytes.length;) at += writeSync(this.#file, bytes, at)
    } catch (error) {
      ftruncateSync(this.#file, this.#bytes) // half a line would spoil the next one
      throw error
    }
    this.#bytes += bytes.length
  }

  #compact(): void {
    const draft = `${this.#path}.new`
    const file = openSync(draft, 'a+')
    const old = this.#file
    this.#file = file
    this.#bytes = 0
    // The last number stays known even when nothing waits, so that numbers are never given twice.
    this.#append(line({ done: this.#next - 1 }) + [...this.#items.values()].map(putLine).join(''))
    fsyncSync(file)
    renameSync(draft, this.#path)
    syncFolder(join(this.#path, '..'))
    closeSync(old)
    this.#syncedBytes = this.#bytes
  }
}

function line(step: object): string {
  const text = JSON.stringify(step)
  return `${crc32(text).toString(16).padStart(8, '0')} ${text}\n`
}

function putLine(item: Item): string {
  return line(item)
}

function parseLine(text: string): Item | { done: number } | undefined {
  const json = text.slice(9)
  if (text[8] !== ' ' || Number.parseInt(text.slice(0, 8), 16) !== crc32(json)) return undefined
  return readStep(json)
}

/** The checksum says that we wrote it, so it is what we write. */
// eslint-disable-next-line @typescript-eslint/no-unsafe-return
const readStep = (json: string): Item | { done: number } => JSON.parse(json)

function unreachable(): never {
  throw new Error('putAll answers as many items as it was given')
}
