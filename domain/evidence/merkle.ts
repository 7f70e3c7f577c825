import { sha256 } from '@noble/hashes/sha2.js'
import { concatBytes } from '@noble/hashes/utils.js'

// RFC 6962 §2.1: a leaf can never pass for a node.
const LEAF = Uint8Array.of(0)
const NODE = Uint8Array.of(1)

/** Every level of nodes' hashes, from the lowest to the root. */
export type Tree = readonly (readonly Uint8Array[])[]

export function leafHash(leaf: Uint8Array): Uint8Array {
  return sha256(concatBytes(LEAF, leaf))
}

function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  return sha256(concatBytes(NODE, left, right))
}

/** The tree over nodes of one level; an odd last node is promoted as it is. */
export function treeOver(nodes: readonly Uint8Array[]): Tree {
  const all = [nodes]
  for (let level = nodes; level.length > 1;) {
    const above: Uint8Array[] = []
    for (let i = 0; i < level.length; i += 2) {
      const [left, right] = level.slice(i, i + 2)
      if (left) above.push(right ? nodeHash(left, right) : left)
    }
    all.push(above)
    level = above
  }
  return all
}

/** The root of a tree; of none, the hash of nothing (RFC 6962 §2.1). */
export function topOf(tree: Tree): Uint8Array {
  return tree.at(-1)?.[0] ?? sha256(new Uint8Array())
}

export function merkleRoot(leaves: readonly Uint8Array[]): Uint8Array {
  return topOf(treeOver(leaves.map(leafHash)))
}

/** The sibling hashes from a node of the lowest level upward: with them alone the root can be computed. */
export function pathIn(tree: Tree, index: number): Uint8Array[] {
  return tree.flatMap((level, height) => {
    const sibling = level[(index >> height) ^ 1]
    return sibling ? [sibling] : []
  })
}

/** How many levels lie below a bough; as many leaves as a power of two are read again to show one of them. */
export const BOUGH_HEIGHT = 8
export const BOUGH_LEAVES = 2 ** BOUGH_HEIGHT

/** The nodes of a tree that is kept: with them and its own bough's leaves a leaf's path is found again. */
export function boughsOf(tree: Tree): readonly Uint8Array[] {
  return tree[BOUGH_HEIGHT] ?? tree.at(-1) ?? []
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
