import { createCipheriv } from 'node:crypto'

/**
 * An NTAG 424 DNA as far as its mirrors go, made from the data sheet with Node's AES and a CMAC of its own, so that it
 * can disagree with what we verify by. It knows bytes of a file and offsets, nothing of our configurations.
 */
export interface TagInside {
  uid: string
  counter: number
  metaRead: Buffer
  fileRead: Buffer
  random: Buffer // 5 bytes that fill PICCData
  wire: string // TTPermStatus, TTCurrStatus
}

const aes = (mode: 'cbc' | 'ecb', key: Buffer, data: Buffer, iv: Buffer | null): Buffer => {
  const cipher = createCipheriv(`aes-128-${mode}`, key, iv).setAutoPadding(false)
  return Buffer.concat([cipher.update(data), cipher.final()])
}

const shift = (block: Buffer): Buffer => {
  const n = (BigInt(`0x${block.toString('hex')}`) << 1n) & ((1n << 128n) - 1n)
  const carried = (block[0]! & 0x80) !== 0 ? n ^ 0x87n : n
  return Buffer.from(carried.toString(16).padStart(32, '0'), 'hex')
}

function cmac(key: Buffer, message: Buffer): Buffer {
  const k1 = shift(aes('ecb', key, Buffer.alloc(16), null))
  const whole = message.length > 0 && message.length % 16 === 0
  const filled = whole
    ? Buffer.from(message)
    : Buffer.concat([message, Buffer.from([0x80]), Buffer.alloc(15 - (message.length % 16))])
  const mask = whole ? k1 : shift(k1)
  for (let i = 0; i < 16; i++) filled[filled.length - 16 + i]! ^= mask[i]!
  return aes('cbc', key, filled, Buffer.alloc(16)).subarray(-16)
}

const hex = (bytes: Buffer): string => bytes.toString('hex').toUpperCase()

/** What a phone reads of the NDEF file after ChangeFileSettings with these bytes (NT4H2421Tx §11.7.1). */
export function readTag(inside: TagInside, ndef: Buffer, settings: Buffer): string {
  let at = 0
  const take = (n: number): number => settings.readUIntLE((at += n) - n, n)
  const [fileOption, , sdm, sdmRights] = [take(1), take(2), take(1), take(2)]
  if (fileOption !== 0x40) throw new Error('SDM is not switched on')
  const meta = sdmRights >> 12
  const uidAt = sdm & 0x80 && meta === 0xe ? take(3) : null
  const ctrAt = sdm & 0x40 && meta === 0xe ? take(3) : null
  const piccAt = meta <= 4 ? take(3) : null
  const wireAt = sdm & 0x08 ? take(3) : null
  const macFrom = take(3)
  const [encAt, encLength] = sdm & 0x10 ? [take(3), take(3)] : [null, 0]
  const macAt = take(3)
  if (at !== settings.length) throw new Error('settings are longer than they say')

  const file = Buffer.from(ndef)
  const put = (text: string, where: number | null): void => {
    if (where !== null) file.write(text, where, 'latin1')
  }
  const counter = Buffer.from([inside.counter & 255, (inside.counter >> 8) & 255, (inside.counter >> 16) & 255])
  const uid = Buffer.from(inside.uid, 'hex')
  put(hex(uid), uidAt)
  put(hex(Buffer.from(counter).reverse()), ctrAt)
  put(inside.wire, wireAt)
  const picc = Buffer.concat([Buffer.from([0xc7]), uid, counter, inside.random])
  if (piccAt !== null) put(hex(aes('cbc', inside.metaRead, picc, Buffer.alloc(16))), piccAt)
  const session = (label: string): Buffer =>
    cmac(inside.fileRead, Buffer.concat([Buffer.from(label, 'hex'), uid, counter]))
  if (encAt !== null) {
    const key = session('c33c00010080')
    const iv = aes('ecb', key, Buffer.concat([counter, Buffer.alloc(13)]), null)
    put(hex(aes('cbc', key, file.subarray(encAt, encAt + encLength / 2), iv)), encAt)
  }
  const mac = cmac(session('3cc300010080'), file.subarray(macFrom, macAt))
  put(hex(Buffer.from([...mac].filter((_, i) => i % 2 === 1))), macAt)
  return file.toString('latin1')
}
