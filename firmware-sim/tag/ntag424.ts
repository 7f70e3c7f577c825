import { createCipheriv } from 'node:crypto'
import type { SunMessage } from '@anju/domain/wire/schema'
import type { Random } from '../random.ts'
import { aesBlock, aesCmac } from './cmac.ts'

export type TagKeys = {
  /** K_SDMMetaRead: encrypts UID and counter. */
  meta: Buffer
  /** K_SDMFileRead: session keys for the MAC and the file data. */
  file: Buffer
}

/** PICCDataTag: UID and counter mirrored, UID of 7 bytes (AN12196 rev 2.0, §3.4.2.1). */
const piccDataTag = 0xc7
const lastCounter = 0xffffff

/**
 * An NTAG 424 DNA at a door or on a badge, in AES mode with Secure Unique NFC, written from AN12196 alone: each time a
 * phone reads it, its counter grows and it mirrors a new message into its address.
 */
export class Ntag424 {
  readonly uid: Buffer
  readonly #keys: TagKeys
  readonly #random: Random
  #reads: number

  /** `uid`: 14 hex digits. `reads`: how often it was read before. */
  constructor(uid: string, keys: TagKeys, random: Random, reads = 0) {
    this.uid = Buffer.from(uid, 'hex')
    this.#keys = keys
    this.#random = random
    this.#reads = reads
  }

  /** Read once more, mirrored encrypted; the MAC covers no part of the address, as in AN12196 §3.4.4.2. */
  readEncrypted(): SunMessage {
    const counter = this.#count()
    const filling = Buffer.from(Array.from({ length: 5 }, () => this.#random.whole(0, 255)))
    return {
      picc_data: upper(piccData(this.#keys.meta, this.uid, counter, filling)),
      cmac: upper(sunMac(this.#keys.file, this.uid, counter, '')),
    }
  }

  /** Read once more, mirrored plain: the counter most significant byte first. */
  readPlain(): SunMessage {
    const counter = this.#count()
    const ctr = counter.toString(16).padStart(6, '0').toUpperCase()
    return { uid: upper(this.uid), ctr, cmac: upper(sunMac(this.#keys.file, this.uid, counter, '')) }
  }

  #count(): number {
    this.#reads = Math.min(lastCounter, this.#reads + 1)
    return this.#reads
  }
}

/** PICCData: AES-128-CBC with a zero vector over tag, UID, counter and five bytes of filling. */
export function piccData(meta: Buffer, uid: Buffer, counter: number, filling: Buffer): Buffer {
  return aesBlock(meta, Buffer.concat([Buffer.of(piccDataTag), uid, lsbFirst(counter), filling]))
}

/** SDMFileReadCtr session key for the MAC, SV2 (AN12196 §3.3). */
export function macSessionKey(file: Buffer, uid: Buffer, counter: number): Buffer {
  return aesCmac(file, Buffer.concat([Buffer.from('3cc300010080', 'hex'), uid, lsbFirst(counter)]))
}

/** Session key for file data, SV1. */
export function encryptionSessionKey(file: Buffer, uid: Buffer, counter: number): Buffer {
  return aesCmac(file, Buffer.concat([Buffer.from('c33c00010080', 'hex'), uid, lsbFirst(counter)]))
}

/** SDMMAC: every second byte of the CMAC over the part of the address before it. */
export function sunMac(file: Buffer, uid: Buffer, counter: number, input: string): Buffer {
  const whole = aesCmac(macSessionKey(file, uid, counter), Buffer.from(input, 'ascii'))
  return Buffer.from(whole.filter((_, n) => n % 2 === 1))
}

/** SDMENCFileData: AES-CBC under the session key, its vector the encrypted counter. `data` in whole blocks. */
export function encryptedFile(file: Buffer, uid: Buffer, counter: number, data: Buffer): Buffer {
  const key = encryptionSessionKey(file, uid, counter)
  const vector = aesBlock(key, Buffer.concat([lsbFirst(counter), Buffer.alloc(13)]))
  const cipher = createCipheriv('aes-128-cbc', key, vector).setAutoPadding(false)
  return Buffer.concat([cipher.update(data), cipher.final()])
}

function lsbFirst(counter: number): Buffer {
  return Buffer.of(counter & 0xff, (counter >> 8) & 0xff, counter >> 16)
}

function upper(bytes: Buffer): string {
  return bytes.toString('hex').toUpperCase()
}
