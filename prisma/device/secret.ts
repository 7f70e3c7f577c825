import { createHash, hkdfSync, randomBytes } from 'node:crypto'

/** A new device's secret: 256 random bits, in hex as it is typed into the device. */
export function newSecret(): string {
  return randomBytes(32).toString('hex')
}

/** What is kept of a secret for MQTT: SHA-256 of the text the device sends as its password. */
export function secretHash(secret: string): Buffer {
  return createHash('sha256').update(secret).digest()
}

/** The key a device signs HTTP requests with: HKDF-SHA-256 over the secret's bytes (docs/devices.md). */
export function httpKeyOf(secret: string): Buffer {
  return Buffer.from(hkdfSync('sha256', Buffer.from(secret, 'hex'), '', 'anju-http-signature-v1', 32))
}

/** What a device's HTTP key is sealed under; bound to the device's id. */
export const HTTP_KEY_PURPOSE = 'device-http-key'

// Crockford's base32 without look-alikes: an id is read off a label and said on the telephone.
const letters = '0123456789abcdefghjkmnpqrstvwxyz'

/** Ten random characters: 50 bits, so that two of a million devices meet once in two thousand installations. */
export function newDeviceName(): string {
  return [...randomBytes(10)].map((byte) => letters[byte & 31]).join('')
}
