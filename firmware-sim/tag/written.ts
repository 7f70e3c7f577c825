import type { Random } from '../random.ts'
import { encryptedFile, piccData, sunMac, type TagKeys } from './ntag424.ts'

/** SDMOptions of ChangeFileSettings (NT4H2421Tx §11.7.1, table 69). */
const mirrors = { uid: 0x80, counter: 0x40, file: 0x10, tamper: 0x08 } as const
const PLAIN = 0xe

/**
 * An NTAG 424 DNA into which somebody wrote an NDEF file and its settings. It knows bytes and offsets, and nothing of what
 * they are meant to say: read, it fills its mirrors in and answers the address a phone opens.
 */
export class WrittenTag {
  readonly #uid: Buffer
  readonly #keys: TagKeys
  readonly #ndef: Buffer
  readonly #settings: Buffer
  readonly #random: Random
  #reads = 0
  /** TTPermStatus and TTCurrStatus. */
  wire = 'CC'

  constructor(
    uid: string,
    { keys, ndef, settings }: { keys: TagKeys; ndef: string; settings: string },
    random: Random,
    reads = 0,
  ) {
    this.#uid = Buffer.from(uid, 'hex')
    this.#keys = keys
    this.#ndef = Buffer.from(ndef, 'hex')
    this.#settings = Buffer.from(settings, 'hex')
    this.#random = random
    this.#reads = reads
  }

  /** Held to a phone once more: the address it opens. */
  tap(): string {
    const counter = ++this.#reads
    let at = 0
    const take = (bytes: number): number => this.#settings.readUIntLE((at += bytes) - bytes, bytes)
    at = 3
    const options = take(1)
    const plain = take(2) >> 12 === PLAIN
    const file = Buffer.from(this.#ndef)
    const put = (bytes: Buffer | string, where: number): void => {
      file.write(typeof bytes === 'string' ? bytes : bytes.toString('hex').toUpperCase(), where, 'latin1')
    }
    if (plain && options & mirrors.uid) put(this.#uid, take(3))
    if (plain && options & mirrors.counter) put(counter.toString(16).padStart(6, '0').toUpperCase(), take(3))
    if (!plain) put(piccData(this.#keys.meta, this.#uid, counter, this.#filling()), take(3))
    if (options & mirrors.tamper) put(this.wire, take(3))
    const macFrom = take(3)
    if (options & mirrors.file) {
      const [from, length] = [take(3), take(3)]
      put(encryptedFile(this.#keys.file, this.#uid, counter, file.subarray(from, from + length / 2)), from)
    }
    const macAt = take(3)
    put(sunMac(this.#keys.file, this.#uid, counter, file.toString('latin1', macFrom, macAt)), macAt)
    return `${file[6] === 0x04 ? 'https://' : 'http://'}${file.toString('latin1', 7)}`
  }

  #filling(): Buffer {
    return Buffer.from(Array.from({ length: 5 }, () => this.#random.whole(0, 255)))
  }
}
