import { sha256 } from '@noble/hashes/sha2.js'
import { concatBytes } from '@noble/hashes/utils.js'

// RFC 6962 §2.1: a leaf can never pass for a node.
const LEAF = Uint8Array.of(0)
const NODE = Uint8Array.of(1)

export function leafHash(leaf: Uint8Array): Uint8Array {
  return sha256(concatBytes(LEAF, leaf))
}

function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  return sha256(concatBytes(NODE, left, right))
}

/** Every level from the leaves' hashes to the root; an odd last node is promoted as it is. */
function levels(leaves: readonly Uint8Array[]): Uint8Array[][] {
  const all = [leaves.map(leafHash)]
  for (let level = all[0] ?? []; level.length > 1; all.push(level)) {
    const below = level
    level = []
    for (let i = 0; i < below.length; i += 2) {
      const [left, right] = below.slice(i, i + 2)
      if (left) level.push(right ? nodeHash(left, right) : left)
    }
  }
  return all
}

/** The Merkle root over leaves in their order; of none, the hash of nothing (RFC 6962 §2.1). */
export function merkleRoot(leaves: readonly Uint8Array[]): Uint8Array {
  return levels(leaves).at(-1)?.[0] ?? sha256(new Uint8Array())
}

/** For each leaf the sibling hashes from its level upward: with them alone the root can be computed. */
export function inclusionPaths(leaves: readonly Uint8Array[]): Uint8Array[][] {
  const all = levels(leaves)
  return leaves.map((_, index) =>
    all.flatMap((level, height) => {
      const sibling = level[(index >> height) ^ 1]
      return sibling ? [sibling] : []
    }),
  )
}

/** The root that a leaf at `index` of `size` leads to by its path; null when the path does not fit that place. */
export function rootByPath(
  leaf: Uint8Array,
  index: number,
  size: number,
  path: readonly Uint8Array[],
): Uint8Array | null {
  if (!Number.isSafeInteger(index) || index < 0 || index >= size) return null
  let hash = leafHash(leaf)
  let used = 0
  for (let i = index, width = size; width > 1; i = Math.floor(i / 2), width = Math.ceil(width / 2)) {
    if (i % 2 === 0 && i === width - 1) continue // promoted
    const sibling = path[used++]
    if (!sibling) return null
    hash = i % 2 === 0 ? nodeHash(hash, sibling) : nodeHash(sibling, hash)
  }
  return used === path.length ? hash : null
}
