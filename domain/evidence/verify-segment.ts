import { bytesToHex, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import { contentDigest, GENESIS, linkHash, links } from './chain.ts'
import { readBody } from './verify-chain.ts'
import { ERASED, type VisitExport } from './visit-export.ts'

export type VisitFindingCode =
  | 'not-an-export' // not JSON in canonical form, or not of this format
  | 'field-changed' // after it was exported; so the next three
  | 'field-added'
  | 'field-removed'
  | 'list-reordered'
  | 'seal-altered'
  | 'seal-invalid' // this key did not sign this file
  | 'chain-broken' // an entry is not what its hash says
  | 'chain-order'
  | 'content-altered'
  | 'content-unknown'
  | 'content-missing' // gone, and nobody says it was deleted lawfully
  | 'record-differs' // the record says something else than the chain
  | 'file-altered'
  | 'day-invalid'
  | 'second-copy-differs'

/** One thing that does not fit, in words, and the field where it stands. */
export interface VisitFinding {
  path: string
  code: VisitFindingCode
  detail: string
}

/** Personal content an entry of the visit commits to. */
export interface Committed {
  n: number
  kind: string
  name: string
  digest: string
  /** null: it is not in the file. */
  content: string | null
}

export interface Erasure {
  at: string
  by: string
  ground: string
}

export interface CheckedSegment {
  findings: VisitFinding[]
  hashes: Map<number, string>
  committed: Committed[]
  /** By digest, what was deleted lawfully. */
  erased: Map<string, Erasure>
}

/** Follows the piece of an elder's chain from the visit's first entry on. */
export function checkSegment({ elder, previous: before, entries, contents }: VisitExport['chain']): CheckedSegment {
  const findings: VisitFinding[] = []
  const found = (path: string, code: VisitFindingCode, detail: string) => findings.push({ path, code, detail })
  const hashes = new Map<number, string>()
  const committed: Committed[] = []
  const erased = new Map<string, Erasure>()
  const held = new Map(contents.map(({ digest, content }) => [digest, content]))
  let previous = hexToBytes(before)
  let due = entries[0]?.n ?? 1
  if (due === 1 && before !== bytesToHex(GENESIS)) found('chain.previous', 'chain-broken', 'a first entry follows none')
  for (const [i, { n, hash, body: text, digest }] of entries.entries()) {
    const path = `chain.entries[${i}]`
    if (n !== due) found(`${path}.n`, 'chain-order', `entry ${due} was due here, not entry ${n}`)
    due = n + 1
    const follows =
      text === undefined
        ? digest !== undefined && bytesToHex(linkHash(previous, hexToBytes(digest))) === hash
        : links(previous, utf8ToBytes(text), hash)
    if (!follows) found(path, 'chain-broken', `entry ${n} does not follow from the one before it with this hash`)
    previous = hexToBytes(hash)
    hashes.set(n, hash)
    if (text === undefined) continue
    const body = readBody(text)
    if (body?.elder !== elder || body.n !== n) {
      found(`${path}.body`, 'chain-order', `the text of entry ${n} is not that of this place`)
      continue
    }
    for (const [name, of] of Object.entries(body.personal)) {
      committed.push({ n, kind: body.kind, name, digest: of, content: held.get(of) ?? null })
    }
    if (body.kind === ERASED) noteErased(erased, body)
  }
  findings.push(...checkContents(contents, committed))
  for (const { n, kind, name, digest, content } of committed) {
    if (content !== null || erased.has(digest)) continue
    found(
      'chain.contents',
      'content-missing',
      `“${name}” of entry ${n} (${kind}) is gone, and no entry says it was deleted`,
    )
  }
  return { findings, hashes, committed, erased }
}

function noteErased(erased: Map<string, Erasure>, { at, body }: { at: string; body: Record<string, unknown> }): void {
  const { digests, by, ground } = body
  if (!Array.isArray(digests)) return
  for (const digest of digests) erased.set(String(digest), { at, by: String(by), ground: String(ground) })
}

function checkContents(contents: VisitExport['chain']['contents'], committed: readonly Committed[]): VisitFinding[] {
  const places = new Map(committed.map((one) => [one.digest, one]))
  return contents.flatMap(({ content, digest, salt }, i): VisitFinding[] => {
    const path = `chain.contents[${i}]`
    const place = places.get(digest)
    if (!place) return [{ path, code: 'content-unknown', detail: 'no entry commits to it' }]
    if (bytesToHex(contentDigest(hexToBytes(salt), utf8ToBytes(content))) === digest) return []
    return [{ path, code: 'content-altered', detail: `it is not what entry ${place.n} (${place.kind}) committed to` }]
  })
}
