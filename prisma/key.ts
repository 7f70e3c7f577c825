import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto'
import { link, open as openFile, readFile, rm } from 'node:fs/promises'
import path from 'node:path'
import type pg from 'pg'
import { CannotStart } from '@anju/domain/cannot-start'
import { decodeKey, type Config } from '@anju/domain/config'
import { openDataFolder } from './postgres/place.ts'

/** The master key, which itself encrypts nothing: each purpose has a sub-key of its own. */
export interface MasterKey {
  subKey(purpose: string): Buffer
}

const KEY_FILE = 'key'
const KEY_BYTES = 32
const NONCE_BYTES = 12
const TAG_BYTES = 16
/** First byte of everything sealed, so that another way of sealing can come beside this one. */
const AES_256_GCM = 1

/** From `ANJU_KEY`, or from the data folder, where it is made (0600) if it is not there. */
export async function loadKey(config: Pick<Config, 'key' | 'dataFolder'>): Promise<MasterKey> {
  if (config.key !== null) return masterKey(config.key)
  const file = path.join(await openDataFolder(config.dataFolder), KEY_FILE)
  const bytes = (await readKey(file)) ?? (await makeKey(file))
  return masterKey(bytes)
}

/** `bytes`: 32 random ones. Sub-keys by HKDF-SHA-256 (RFC 5869), with the purpose as `info`. */
export function masterKey(bytes: Uint8Array): MasterKey {
  if (bytes.length !== KEY_BYTES) throw new RangeError(`a master key has ${KEY_BYTES} bytes`)
  const known = new Map<string, Buffer>()
  return {
    subKey(purpose) {
      const found = known.get(purpose) ?? Buffer.from(hkdfSync('sha256', bytes, '', `anju ${purpose}`, KEY_BYTES))
      known.set(purpose, found)
      return found
    },
  }
}

/** AES-256-GCM. `aad` names the place the secret is for (a row's id), so that it opens nowhere else. */
export function seal(key: MasterKey, purpose: string, aad: string, plaintext: Uint8Array): Buffer {
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv('aes-256-gcm', key.subKey(`seal ${purpose}`), nonce).setAAD(Buffer.from(aad))
  const body = Buffer.concat([cipher.update(plaintext), cipher.final()])
  return Buffer.concat([Buffer.of(AES_256_GCM), nonce, cipher.getAuthTag(), body])
}

/** What was sealed. Throws when key, purpose or `aad` are not those of `seal`, or a bit was changed. */
export function open(key: MasterKey, purpose: string, aad: string, sealed: Uint8Array): Buffer {
  const bytes = Buffer.from(sealed)
  if (bytes[0] !== AES_256_GCM) throw new Error('not sealed as this version seals')
  const nonce = bytes.subarray(1, 1 + NONCE_BYTES)
  const tag = bytes.subarray(1 + NONCE_BYTES, 1 + NONCE_BYTES + TAG_BYTES)
  const decipher = createDecipheriv('aes-256-gcm', key.subKey(`seal ${purpose}`), nonce, { authTagLength: TAG_BYTES })
  decipher.setAAD(Buffer.from(aad)).setAuthTag(tag)
  return Buffer.concat([decipher.update(bytes.subarray(1 + NONCE_BYTES + TAG_BYTES)), decipher.final()])
}

/** HMAC-SHA-256: equal values have equal indexes, and without the key nobody can try values. */
export function blindIndex(key: MasterKey, purpose: string, value: string): Buffer {
  return createHmac('sha256', key.subKey(`index ${purpose}`))
    .update(value)
    .digest()
}

const CHECK = 'key-check'

/**
 * Whether this is the key the database was begun with; the first start stores a sealed check value. CannotStart
 * otherwise: with another key everything sealed before would be unreadable, and new rows by half.
 */
export async function checkKey(client: pg.Client | pg.Pool, key: MasterKey): Promise<void> {
  const fresh = seal(key, CHECK, CHECK, Buffer.from('anju')).toString('base64')
  await client.query('insert into setting (key, value) values ($1, $2) on conflict (key) do nothing', [
    CHECK,
    JSON.stringify(fresh),
  ])
  const { rows } = await client.query<{ value: unknown }>('select value from setting where key = $1', [CHECK])
  try {
    open(key, CHECK, CHECK, Buffer.from(String(rows[0]?.value), 'base64'))
  } catch (cause) {
    throw new CannotStart(
      'ANJU_KEY is not the key this database was begun with; give the earlier one, or its data folder.',
      { cause },
    )
  }
}

async function readKey(file: string): Promise<Uint8Array | null> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return null
    throw new CannotStart(`The key file ${file} cannot be read.`, { cause })
  }
  const bytes = decodeKey(text.trim())
  if (bytes === null) throw new CannotStart(`The key file ${file} does not hold a key of ${KEY_BYTES} bytes.`)
  return bytes
}

/** Written out before it has its name, and named by a link, which only one of two starters can make. */
async function makeKey(file: string): Promise<Uint8Array> {
  const draft = `${file}.${randomBytes(6).toString('hex')}`
  const handle = await openFile(draft, 'w', 0o600)
  try {
    await handle.writeFile(`${randomBytes(KEY_BYTES).toString('base64')}\n`)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await link(draft, file).catch(() => undefined)
  await rm(draft)
  const bytes = await readKey(file)
  if (bytes === null) throw new CannotStart(`The key file ${file} cannot be made.`)
  return bytes
}
