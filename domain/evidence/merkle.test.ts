import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, concatBytes, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BOUGH_LEAVES, boughsOf, leafHash, merkleRoot, pathIn, rootByPath, topOf, treeOver } from './merkle.ts'

// The eight leaves of the reference tests of Certificate Transparency (merkle_tree_test.cc), and the roots over the
// first 1 … 8 of them.
const leaves = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f']
const roots = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
]

describe('the Merkle tree', () => {
  it.each(roots.map((root, i) => [i + 1, root] as const))('over %i known leaves has its known root', (size, root) => {
    expect(bytesToHex(merkleRoot(leaves.slice(0, size).map(hexToBytes)))).toBe(root)
  })

  it('over nothing is the hash of nothing', () => {
    expect(bytesToHex(merkleRoot([]))).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
  })

  it('a node cannot pass for a leaf', () => {
    const [a, b] = [utf8ToBytes('a'), utf8ToBytes('b')]
    expect(merkleRoot([a, b])).not.toEqual(merkleRoot([concatBytes(leafHash(a), leafHash(b))]))
    expect(merkleRoot([a])).not.toEqual(sha256(a))
  })

  it('every leaf leads to the root by its path, and no other leaf, place, size or path does', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.uint8Array({ maxLength: 4 }), { minLength: 1, maxLength: 40, selector: bytesToHex }),
        (all) => {
          const root = merkleRoot(all)
          const tree = treeOver(all.map(leafHash))
          all.forEach((leaf, index) => {
            const path = pathIn(tree, index)
            expect(rootByPath(leaf, index, all.length, path)).toEqual(root)
            expect(rootByPath(concatBytes(leaf, leaf, Uint8Array.of(1)), index, all.length, path)).not.toEqual(root)
            for (let other = 0; other < all.length; other++) {
              if (other !== index) expect(rootByPath(leaf, other, all.length, path)).not.toEqual(root)
            }
            expect(rootByPath(leaf, index, all.length, [...path, root])).toBeNull()
            if (path.length > 0) expect(rootByPath(leaf, index, all.length, path.slice(1))).toBeNull()
          })
        },
      ),
      { numRuns: 40 },
    )
  })

  it('a leaf’s path is found again from the leaves of its own bough and the boughs alone', () => {
    for (const size of [1, 2, BOUGH_LEAVES - 1, BOUGH_LEAVES, BOUGH_LEAVES + 1, 3 * BOUGH_LEAVES + 5, 1000]) {
      const all = Array.from({ length: size }, (_, i) => leafHash(utf8ToBytes(`leaf ${i}`)))
      const whole = treeOver(all)
      const boughs = treeOver(boughsOf(whole))
      expect(topOf(boughs)).toEqual(topOf(whole))
      for (const index of new Set([0, size >> 1, Math.min(BOUGH_LEAVES, size - 1), size - 1])) {
        const bough = Math.floor(index / BOUGH_LEAVES)
        const own = treeOver(all.slice(bough * BOUGH_LEAVES, (bough + 1) * BOUGH_LEAVES))
        expect([...pathIn(own, index % BOUGH_LEAVES), ...pathIn(boughs, bough)]).toEqual(pathIn(whole, index))
      }
    }
  })
})
