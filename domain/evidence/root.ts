import { ed25519 } from '@noble/curves/ed25519.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import { canonicalJson } from '../canonical.ts'
import type { Head } from './chain.ts'
import { leafHash, topOf, type Tree, treeOver } from './merkle.ts'

/** What is signed for a day ('2026-11-22'): the Merkle root over the heads of every elder's chain. */
export interface DayRoot {
  day: string
  heads: number
  root: Uint8Array
}

/** A head as a leaf of the day's tree: whose, how long the chain is, and its last hash. */
export function headLeaf({ elderId, n, hash }: Head): Uint8Array {
  return utf8ToBytes(canonicalJson({ elder: elderId, hash: bytesToHex(hash), n }))
}

/** The heads in the tree's order: by elder, as text. */
export function inOrder<H extends Head>(heads: readonly H[]): H[] {
  return heads.toSorted((a, b) => (a.elderId < b.elderId ? -1 : a.elderId > b.elderId ? 1 : 0))
}

/** The tree over heads that stand in its order. */
export function headTree(ordered: readonly Head[]): Tree {
  return treeOver(ordered.map((head) => leafHash(headLeaf(head))))
}

export function rootOver(day: string, tree: Tree): DayRoot {
  return { day, heads: tree[0]?.length ?? 0, root: topOf(tree) }
}

export function rootOf(day: string, heads: readonly Head[]): DayRoot {
  return rootOver(day, headTree(inOrder(heads)))
}

/** Ed25519 (RFC 8032) over the canonical JSON of the root; `secretKey` is the 32-byte seed. */
export function signRoot(root: DayRoot, secretKey: Uint8Array): Uint8Array {
  return ed25519.sign(message(root), secretKey)
}

export function isSigned(root: DayRoot, signature: Uint8Array, publicKey: Uint8Array): boolean {
  try {
    return ed25519.verify(signature, message(root), publicKey, { zip215: false })
  } catch {
    return false // a key that is no point on the curve
  }
}

function message({ day, heads, root }: DayRoot): Uint8Array {
  return utf8ToBytes(canonicalJson({ day, heads, root: bytesToHex(root), what: 'anju evidence root v1' }))
}

/** What a verifier needs of the signing key. */
export function publicKeyOf(secretKey: Uint8Array): Uint8Array {
  return ed25519.getPublicKey(secretKey)
}

/** The last whole day at `now` in a time zone, '2026-11-22'. */
export function lastWholeDay(now: Date, timeZone: string): string {
  const today = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' }).format(now)
  return new Date(Date.parse(`${today}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10)
}
