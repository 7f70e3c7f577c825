import { bytesToHex, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalJson, NotCanonical } from '../canonical.ts'
import { commit, entryHash, GENESIS, nextEntry, type Commitment, type Entry, type Head } from './chain.ts'
import { writeExport, writeRoot, type ElderEvidence, type EvidenceExport, type WrittenRoot } from './export.ts'
import { inOrder, rootOf, publicKeyOf, signRoot } from './root.ts'
import { copyOf, readCopies } from './second-copy.ts'
import { verifyExport } from './verify.ts'

const secretKey = new Uint8Array(32).fill(1)
const publicKey = publicKeyOf(secretKey)
const [anna, bao, chen] = ['a', 'b', 'c'].map((letter) => `00000000-0000-7000-8000-00000000000${letter}`) as [
  string,
  string,
  string,
]

/** A chain of `length` entries, the second with personal content. */
function chainOf(elderId: string, length: number): ElderEvidence & { entries: Entry[]; contents: Commitment[] } {
  const entries: Entry[] = []
  const contents: Commitment[] = []
  let head: Head | null = null
  for (let n = 1; n <= length; n++) {
    const personal = n === 2 ? { note: 'fell beside the bed 跌倒' } : {}
    const commitments = Object.entries(personal).map(([name, text]) => commit(name, text, new Uint8Array(32).fill(n)))
    const at = new Date(Date.UTC(2026, 10, 20 + n))
    const entry = nextEntry(head, { elderId, kind: 'alarm', at, body: { alarmId: `x-${n}`, presses: n } }, commitments)
    entries.push(entry)
    contents.push(...commitments)
    head = entry
  }
  return { elderId, entries, contents }
}

function seal(day: string, heads: Head[]): WrittenRoot {
  const root = rootOf(day, heads)
  const sealed = { ...root, signature: signRoot(root, secretKey), sealedHeads: inOrder(heads) }
  return writeRoot(sealed, new Set([anna, bao]))
}

const chains = [chainOf(anna, 3), chainOf(bao, 1)]
const stranger: Head = { elderId: chen, n: 9, hash: new Uint8Array(32).fill(9) } // sealed, not exported
const days = [
  seal('2026-11-22', [chains[0]!.entries[1]!, stranger]),
  seal('2026-11-23', [chains[0]!.entries[2]!, chains[1]!.entries[0]!, stranger]),
]
const bytes = writeExport(chains, days)

/** The export with something changed inside, written again as a careful forger would. */
function forged(change: (written: EvidenceExport) => void): Uint8Array {
  const written = JSON.parse(new TextDecoder().decode(bytes)) as EvidenceExport
  change(written)
  return utf8ToBytes(canonicalJson(written))
}

const codes = (file: Uint8Array): string[] =>
  verifyExport(file, publicKey).findings.map(({ code, day, n }) => [code, day, n].filter(Boolean).join(' '))

describe('an export of evidence', () => {
  it('is whole as it was written, and says how far it is sealed', () => {
    expect(verifyExport(bytes, publicKey)).toEqual({
      whole: true,
      findings: [],
      elders: [
        { elder: anna, entries: 3, sealed: 3, erased: 0 },
        { elder: bao, entries: 1, sealed: 1, erased: 0 },
      ],
      days: [
        { day: '2026-11-22', heads: 2, proved: 1 },
        { day: '2026-11-23', heads: 3, proved: 2 },
      ],
    })
  })

  it('any one byte changed anywhere is found', () => {
    // Ed25519 over some bytes is what this costs; every place is tried once, with a seed of its own.
    fc.assert(
      fc.property(fc.infiniteStream(fc.integer({ min: 1, max: 255 })), (flips) => {
        const changed = bytes.slice()
        for (const [place, kept] of bytes.entries()) {
          changed[place] = kept ^ (flips.next().value as number)
          if (verifyExport(changed, publicKey).whole) throw new Error(`a change at byte ${place} went unseen`)
          changed[place] = kept
        }
      }),
      { numRuns: 1 },
    )
  }, 60_000)

  it('any piece cut out is found, or told as erased or not proved', () => {
    const uncut = verifyExport(bytes, publicKey)
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 400 }), (from, length) => {
        const cut = new Uint8Array([...bytes.subarray(0, from), ...bytes.subarray(from + length)])
        expect(verifyExport(cut, publicKey)).not.toEqual(uncut)
      }),
    )
  })

  it('a changed text is found at its entry alone', () => {
    const file = forged(({ elders }) => {
      elders[0]!.entries[1]!.body = elders[0]!.entries[1]!.body.replace('"presses":2', '"presses":1')
    })
    expect(codes(file)).toEqual(['entry-altered 2'])
  })

  it('a changed number of an entry is a changed text, not a gap', () => {
    const file = forged(({ elders }) => {
      elders[0]!.entries[1]!.body = elders[0]!.entries[1]!.body.replace('"n":2', '"n":5')
    })
    expect(codes(file)).toEqual(['entry-altered 2'])
  })

  it('a changed hash is told from a changed text', () => {
    const file = forged(({ elders }) => {
      elders[0]!.entries[0]!.hash = '0'.repeat(64)
    })
    expect(codes(file)).toEqual(['hash-altered 1'])
  })

  it('a chain rewritten from some entry on differs from what was sealed', () => {
    const file = forged(({ elders }) => {
      let previous = GENESIS
      for (const entry of elders[0]!.entries) {
        entry.body = entry.body.replace('"presses":2', '"presses":1')
        previous = entryHash(previous, utf8ToBytes(entry.body))
        entry.hash = bytesToHex(previous)
      }
    })
    expect(codes(file)).toEqual(['head-differs 2026-11-22 2', 'head-differs 2026-11-23 3'])
  })

  it('a rewritten chain with roots signed by another key is found', () => {
    const other = publicKeyOf(new Uint8Array(32).fill(2))
    expect(verifyExport(bytes, other).findings.map(({ code }) => code)).toEqual([
      'signature-invalid',
      'signature-invalid',
    ])
  })

  it('a missing, a repeated and a cut-off entry are named', () => {
    expect(codes(forged(({ elders }) => elders[0]!.entries.splice(1, 1)))).toEqual([
      'entry-order 3',
      'content-unknown',
      'head-differs 2026-11-22 2',
    ])
    expect(codes(forged(({ elders }) => elders[0]!.entries.push(elders[0]!.entries[2]!)))).toContain('entry-order 3')
    expect(codes(forged(({ elders }) => elders[0]!.entries.pop()))).toEqual(['head-differs 2026-11-23 3'])
  })

  it("another elder's entry is named", () => {
    const file = forged(({ elders }) => {
      elders[1]!.entries = [elders[0]!.entries[0]!]
    })
    expect(codes(file)).toEqual(['entry-foreign 1', 'head-differs 2026-11-23 1'])
  })

  it('changed personal content is named by its entry', () => {
    const file = forged(({ elders }) => {
      elders[0]!.contents[0]!.content = 'was well'
    })
    const [finding] = verifyExport(file, publicKey).findings
    expect(finding).toMatchObject({
      code: 'content-altered',
      elder: anna,
      detail: 'the content of entry 2, note was changed',
    })
  })

  it('erased personal content leaves the chain whole and is counted', () => {
    const erased = writeExport([{ ...chains[0]!, contents: [] }, chains[1]!], days)
    const verified = verifyExport(erased, publicKey)
    expect(verified).toMatchObject({ whole: true, elders: [{ erased: 1 }, { erased: 0 }] })
    expect(new TextDecoder().decode(erased)).not.toContain('fell')
  })

  it('a root moved to another day, or given twice, is found', () => {
    expect(codes(forged(({ roots }) => (roots[1]!.day = '2026-11-24')))).toEqual(['signature-invalid 2026-11-24'])
    expect(codes(forged(({ roots }) => roots.push(roots[1]!)))).toEqual(['day-order 2026-11-23'])
  })

  it('a root that the second party does not have so is found', () => {
    const other = { day: '2026-11-22', heads: 2, root: new Uint8Array(32), signature: new Uint8Array(64) }
    const copies = readCopies(copyOf(other, publicKey).text)
    expect(verifyExport(bytes, publicKey, copies).findings).toMatchObject([
      { code: 'second-copy-differs', day: '2026-11-22' },
    ])
  })

  it('entries after the last sealed day are whole but not sealed', () => {
    expect(verifyExport(writeExport(chains, days.slice(0, 1)), publicKey)).toMatchObject({
      whole: true,
      elders: [{ entries: 3, sealed: 2 }, { sealed: 0 }],
    })
  })

  it('what is no export is said to be none, and nothing throws', () => {
    for (const text of ['', '{}', 'null', '[]', ' ' + new TextDecoder().decode(bytes), '[['.repeat(5000)]) {
      expect(codes(utf8ToBytes(text))).toEqual(['not-an-export'])
    }
    expect(codes(hexToBytes('ff'))).toEqual(['not-an-export'])
  })
})

describe('personal content', () => {
  it('of the same words has another digest with another salt', () => {
    const digest = (salt: number): string => bytesToHex(commit('x', 'yes', new Uint8Array(32).fill(salt)).digest)
    expect(digest(1)).not.toBe(digest(2))
  })

  it('that UTF-8 cannot keep, or a short salt, is refused', () => {
    expect(() => commit('x', '\ud800', new Uint8Array(32))).toThrow(NotCanonical)
    expect(() => commit('x', 'yes', new Uint8Array(8))).toThrow(RangeError)
  })
})
