import { argon2, randomBytes, timingSafeEqual, type Argon2Parameters } from 'node:crypto'
import { availableParallelism } from 'node:os'

/**
 * argon2id as OWASP's Password Storage Cheat Sheet asks at least (19 MiB, 2 passes, 1 lane): some 50 ms of one
 * core, so a guesser gets 20 a second per core, and `MAX_AT_ONCE` together hold less memory than one page of a
 * browser. Stored with each hash (PHC string), so they can be raised without locking anybody out.
 */
const COST = { memory: 19_456, passes: 2, parallelism: 1 } as const
const TAG_BYTES = 32
const SALT_BYTES = 16

/** A flood of sign-ins may use one core less than there are, and waits beyond this many are turned away. */
const MAX_AT_ONCE = Math.max(1, availableParallelism() - 1)
const MAX_WAITING = 200

/** More sign-ins are waiting than could be answered within some seconds. */
export class TooBusy extends Error {
  override readonly name = 'TooBusy'
}

/** The PHC string `$argon2id$v=19$m=…,t=…,p=…$salt$hash` of a password with a fresh salt. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES)
  const hash = await derive({ message: password.normalize('NFC'), nonce: salt, tagLength: TAG_BYTES, ...COST })
  return `$argon2id$v=19$m=${COST.memory},t=${COST.passes},p=${COST.parallelism}$${unpadded(salt)}$${unpadded(hash)}`
}

/**
 * Whether the password is the one behind `phc`. With null (no such user) it costs the same and is false, so that
 * time does not tell which names exist. Throws `TooBusy` when too many wait.
 */
export async function verifyPassword(password: string, phc: string | null): Promise<boolean> {
  const known = parse(phc ?? NOBODY)
  const hash = await derive({
    message: password.normalize('NFC'),
    nonce: known.salt,
    tagLength: known.hash.length,
    memory: known.memory,
    passes: known.passes,
    parallelism: known.parallelism,
  })
  return timingSafeEqual(hash, known.hash) && phc !== null
}

/** A hash of the present cost that belongs to nobody. */
const NOBODY = `$argon2id$v=19$m=${COST.memory},t=${COST.passes},p=${COST.parallelism}$${unpadded(Buffer.alloc(SALT_BYTES))}$${unpadded(Buffer.alloc(TAG_BYTES))}`

function parse(phc: string) {
  const found = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/.exec(phc)
  const [, memory, passes, parallelism, salt, hash] = found ?? []
  if (salt === undefined || hash === undefined) throw new Error('a stored password hash is not argon2id')
  return {
    memory: Number(memory),
    passes: Number(passes),
    parallelism: Number(parallelism),
    salt: Buffer.from(salt, 'base64'),
    hash: Buffer.from(hash, 'base64'),
  }
}

function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll('=', '')
}

let running = 0
const waiting: (() => void)[] = []

async function derive(parameters: Argon2Parameters): Promise<Buffer> {
  if (running < MAX_AT_ONCE) running++
  else if (waiting.length >= MAX_WAITING) throw new TooBusy('too many sign-ins are waiting')
  // Whoever finishes hands its place on, so `running` stays as it is.
  else await new Promise<void>((resolve) => waiting.push(resolve))
  try {
    return await new Promise<Buffer>((resolve, reject) => {
      argon2('argon2id', parameters, (error, hash) => (error === null ? resolve(hash) : reject(error)))
    })
  } finally {
    const next = waiting.shift()
    if (next) next()
    else running--
  }
}
