import type { Random } from '../random.ts'
import { encryptedFile, piccData, sunMac, type TagKeys } from './ntag424.ts'

/** What was written into a tag, all in hex: as the page that registers one prints it. */
export type Written = {
  uid: string
  keys: { metaRead: string; fileRead: string }
  /** The NDEF file, its length first. */
  ndef: string
  /** Data of ChangeFileSettings. */
  fileSettings: string
}

/** Where the tag mirrors, by the bytes of its file (NT4H2421Tx §11.7.1, table 69). */
type Mirrors = {
  uid?: number
  counter?: number
  picc?: number
  tamper?: number
  macInput: number
  file?: { at: number; length: number }
  mac: number
}

const sdmOn = 0x40
const has = { uid: 0x80, counter: 0x40, tamper: 0x08, file: 0x10 }
/** SDMMetaRead access right: mirrored in plain. */
const inPlain = 0xe
const noMirror = 0xf
const lastCounter = 0xffffff
/** NLEN, then a short URI record: header, type length, payload length, 'U', prefix (NFC Forum RTD URI). */
const beforeAddress = 7
const prefixes: Readonly<Record<number, string>> = { 3: 'http://', 4: 'https://' }

/**
 * An NTAG 424 DNA inside a door, as it was written: each time a phone is held to it, it counts, mirrors itself into its
 * file by the settings it was given, and the phone opens the address that stands there. Written from the data sheet.
 */
export class DoorTag {
  readonly uid: Buffer
  readonly #keys: TagKeys
  readonly #file: Buffer
  readonly #mirrors: Mirrors
  readonly #random: Random
  #reads: number

  /** `reads`: how often it was read before. */
  constructor({ uid, keys, ndef, fileSettings }: Written, random: Random, reads = 0) {
    this.uid = Buffer.from(uid, 'hex')
    this.#keys = { meta: Buffer.from(keys.metaRead, 'hex'), file: Buffer.from(keys.fileRead, 'hex') }
    this.#file = Buffer.from(ndef, 'hex')
    this.#mirrors = mirrorsOf(Buffer.from(fileSettings, 'hex'))
    this.#random = random
    this.#reads = reads
  }

  get reads(): number {
    return this.#reads
  }

  /** A phone is held to it: the address it opens. */
  touch(): string {
    this.#reads = Math.min(lastCounter, this.#reads + 1)
    const { uid, counter, picc, tamper, file, macInput, mac } = this.#mirrors
    const n = this.#reads
    const memory = Buffer.from(this.#file)
    const write = (at: number | undefined, text: string): void =>
      void (at !== undefined && memory.write(text, at, 'ascii'))
    write(uid, upper(this.uid))
    write(counter, n.toString(16).padStart(6, '0').toUpperCase())
    write(tamper, 'CC')
    const filling = Buffer.from(Array.from({ length: 5 }, () => this.#random.whole(0, 255)))
    if (picc !== undefined) write(picc, upper(piccData(this.#keys.meta, this.uid, n, filling)))
    if (file) {
      const plain = memory.subarray(file.at, file.at + file.length / 2)
      write(file.at, upper(encryptedFile(this.#keys.file, this.uid, n, plain)))
    }
    const covered = memory.toString('ascii', macInput, mac)
    write(mac, upper(sunMac(this.#keys.file, this.uid, n, covered)))
    const end = 2 + memory.readUInt16BE(0)
    return `${prefixes[memory[beforeAddress - 1] ?? 0] ?? ''}${memory.toString('ascii', beforeAddress, end)}`
  }
}

function mirrorsOf(settings: Buffer): Mirrors {
  if (((settings[0] ?? 0) & sdmOn) === 0) throw new Error('This tag mirrors nothing')
  const options = settings[3] ?? 0
  const metaRead = (settings[5] ?? 0) >> 4
  let at = 6
  const next = (): number => settings.readUIntLE((at += 3) - 3, 3)
  const when = (there: boolean): number | undefined => (there ? next() : undefined)
  const found = {
    uid: when(metaRead === inPlain && (options & has.uid) !== 0),
    counter: when(metaRead === inPlain && (options & has.counter) !== 0),
    picc: when(metaRead !== inPlain && metaRead !== noMirror),
    tamper: when((options & has.tamper) !== 0),
    macInput: next(),
    file: (options & has.file) === 0 ? undefined : { at: next(), length: next() },
    mac: next(),
  }
  const { uid, counter, picc, tamper, file, ...code } = found
  return {
    ...code,
    ...(uid === undefined ? {} : { uid }),
    ...(counter === undefined ? {} : { counter }),
    ...(picc === undefined ? {} : { picc }),
    ...(tamper === undefined ? {} : { tamper }),
    ...(file === undefined ? {} : { file }),
  }
}

const upper = (bytes: Buffer): string => bytes.toString('hex').toUpperCase()
