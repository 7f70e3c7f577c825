import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, concatBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import { canonicalJson, NotCanonical } from '../canonical.ts'

/** What the first entry of an elder's chain names as its previous. */
export const GENESIS: Uint8Array = new Uint8Array(32)

/** Bytes of chance before personal content: short contents (a name, yes or no) cannot be guessed from the digest. */
export const SALT_BYTES = 32

/** The last entry of an elder's chain. */
export interface Head {
  elderId: string
  n: number
  hash: Uint8Array
}

/** Something to be kept as evidence. `body` holds ids, states and times; whatever is personal goes to `personal`. */
export interface EvidenceFact {
  elderId: string
  kind: string
  at: Date
  body: Record<string, unknown>
  personal?: Record<string, string>
}

/** Personal content behind its digest. Erasing it leaves the chain whole. */
export interface Commitment {
  name: string
  digest: Uint8Array
  salt: Uint8Array
  content: Uint8Array
}

export interface Entry extends Head {
  kind: string
  at: Date
  body: Uint8Array
  previous: Uint8Array
}

/** SHA-256(salt || content). Throws NotCanonical for half a surrogate pair, which UTF-8 cannot keep. */
export function commit(name: string, content: string, salt: Uint8Array): Commitment {
  if (salt.length !== SALT_BYTES) throw new RangeError(`A salt has ${SALT_BYTES} bytes, not ${salt.length}`)
  if (!content.isWellFormed()) throw new NotCanonical('A lone surrogate is not text')
  const bytes = utf8ToBytes(content)
  return { name, digest: contentDigest(salt, bytes), salt, content: bytes }
}

export function contentDigest(salt: Uint8Array, content: Uint8Array): Uint8Array {
  return sha256(concatBytes(salt, content))
}

export function bodyDigest(body: Uint8Array): Uint8Array {
  return sha256(body)
}

/** SHA-256(previous || digest of the body): a chain can be shown without the text of entries that are others' affair. */
export function linkHash(previous: Uint8Array, digest: Uint8Array): Uint8Array {
  return sha256(concatBytes(previous, digest))
}

export function entryHash(previous: Uint8Array, body: Uint8Array): Uint8Array {
  return linkHash(previous, bodyDigest(body))
}

/** Whether a body follows `previous` with this hash; entries of before 2026-12 were hashed over the text itself. */
export function links(previous: Uint8Array, body: Uint8Array, hash: string): boolean {
  return bytesToHex(entryHash(previous, body)) === hash || bytesToHex(sha256(concatBytes(previous, body))) === hash
}

/**
 * The entry that follows `head` (null for an elder's first). Everything it says stands inside the hashed bytes:
 * whose, which, when, of what kind, and the digests of what is personal.
 */
export function nextEntry(head: Head | null, fact: EvidenceFact, commitments: readonly Commitment[]): Entry {
  const { elderId, kind, at } = fact
  const n = (head?.n ?? 0) + 1
  const previous = head?.hash ?? GENESIS
  const personal = Object.fromEntries(commitments.map(({ name, digest }) => [name, bytesToHex(digest)]))
  const body = utf8ToBytes(canonicalJson({ at: at.toISOString(), body: fact.body, elder: elderId, kind, n, personal }))
  return { elderId, n, kind, at, body, previous, hash: entryHash(previous, body) }
}
