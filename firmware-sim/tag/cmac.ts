import { createCipheriv } from 'node:crypto'

const blockBytes = 16
/** x^128 + x^7 + x^2 + x + 1, RFC 4493 §2.3. */
const reduction = 0x87

/** AES-128 of one block, without chaining. */
export function aesBlock(key: Buffer, block: Buffer): Buffer {
  const cipher = createCipheriv('aes-128-ecb', key, null).setAutoPadding(false)
  return Buffer.concat([cipher.update(block), cipher.final()])
}

/** AES-CMAC, RFC 4493: 16 bytes. */
export function aesCmac(key: Buffer, message: Buffer): Buffer {
  const first = doubled(aesBlock(key, Buffer.alloc(blockBytes)))
  const blocks = Math.max(1, Math.ceil(message.length / blockBytes))
  const tail = message.subarray((blocks - 1) * blockBytes)
  const whole = tail.length === blockBytes
  const padded = Buffer.alloc(blockBytes)
  tail.copy(padded)
  if (!whole) padded[tail.length] = 0x80
  let state: Buffer = Buffer.alloc(blockBytes)
  for (let n = 0; n < blocks - 1; n++) {
    state = aesBlock(key, xor(state, message.subarray(n * blockBytes, (n + 1) * blockBytes)))
  }
  return aesBlock(key, xor(state, xor(padded, whole ? first : doubled(first))))
}

function xor(a: Buffer, b: Buffer): Buffer {
  return Buffer.from(a.map((byte, n) => byte ^ (b[n] ?? 0)))
}

/** Doubling in GF(2^128). */
function doubled(block: Buffer): Buffer {
  const out = Buffer.from(block.map((byte, n) => (byte << 1) | ((block[n + 1] ?? 0) >> 7)))
  if ((block[0] ?? 0) & 0x80) out[blockBytes - 1] = (out[blockBytes - 1] ?? 0) ^ reduction
  return out
}
