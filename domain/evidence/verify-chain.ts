import { bytesToHex, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import Type, { type Static } from 'typebox'
import { Compile } from 'typebox/compile'
import { contentDigest, entryHash, GENESIS, links } from './chain.ts'
import type { EvidenceExport } from './export.ts'
import type { Finding, FindingCode } from './finding.ts'

type ElderExport = EvidenceExport['elders'][number]

/** What the hashed text of every entry says. */
const EntryBody = Type.Object(
  {
    at: Type.String(),
    body: Type.Record(Type.String(), Type.Unknown()),
    elder: Type.String(),
    kind: Type.String(),
    n: Type.Integer(),
    personal: Type.Record(Type.String(), Type.String()),
  },
  { additionalProperties: false },
)
const entryBody = Compile(EntryBody)

export interface CheckedChain {
  findings: Finding[]
  /** Stated hashes by entry number, for the days' heads to be held against. */
  hashes: Map<number, string>
  /** Personal contents the chain commits to and the export no longer holds. */
  erased: number
}

/** Follows one elder's chain from its first entry and says what does not fit, and where. */
export function checkChain({ elder, entries, contents }: ElderExport): CheckedChain {
  const findings: Finding[] = []
  const hashes = new Map<number, string>()
  const committed = new Map<string, string>() // digest → 'entry n, name'
  const bodies = entries.map((entry) => readBody(entry.body))
  let previous = GENESIS
  let due = 1
  for (const [i, { body: text, hash }] of entries.entries()) {
    const body = bodies[i]
    const next = entries[i + 1]
    const stated = body?.n ?? due
    const moved = stated !== due && bodies[i + 1]?.n !== due + 1
    const n = moved ? stated : due
    const found = (code: FindingCode, detail: string): number => findings.push({ elder, n, code, detail })
    const computed = entryHash(previous, utf8ToBytes(text))
    const fits = links(previous, utf8ToBytes(text), hash)
    previous = hexToBytes(hash)
    if (moved) {
      // The hash before it is unknown; the gap itself is the finding.
      found('entry-order', n > due ? `entries ${due} to ${n - 1} are missing` : `entry ${due} was due here`)
    } else if (!fits) {
      if (next !== undefined && follows(computed, next)) {
        found('hash-altered', `its text is whole; its hash is ${bytesToHex(computed)}, not ${hash}`)
        previous = computed
      } else found('entry-altered', 'its text does not give its hash')
    }
    if (body === undefined) found('entry-unreadable', 'its text is not an entry of this format')
    else if (body.elder !== elder) found('entry-foreign', `its text belongs to elder ${body.elder}`)
    hashes.set(n, bytesToHex(previous))
    for (const [name, digest] of Object.entries(body?.personal ?? {})) committed.set(digest, `entry ${n}, ${name}`)
    due = n + 1
  }
  findings.push(...checkContents(elder, contents, committed))
  const held = new Set(contents.map(({ digest }) => digest))
  return { findings, hashes, erased: [...committed.keys()].filter((digest) => !held.has(digest)).length }
}

function follows(previous: Uint8Array, { body, hash }: ElderExport['entries'][number]): boolean {
  return links(previous, utf8ToBytes(body), hash)
}

function checkContents(elder: string, contents: ElderExport['contents'], committed: Map<string, string>): Finding[] {
  const findings: Finding[] = []
  const seen = new Set<string>()
  for (const { content, digest, salt } of contents) {
    const place = committed.get(digest)
    if (place === undefined || seen.has(digest)) {
      findings.push({ elder, code: 'content-unknown', detail: `no entry commits to the digest ${digest}` })
    } else if (bytesToHex(contentDigest(hexToBytes(salt), utf8ToBytes(content))) !== digest) {
      findings.push({ elder, code: 'content-altered', detail: `the content of ${place} was changed` })
    }
    seen.add(digest)
  }
  return findings
}

export function readBody(text: string): Static<typeof EntryBody> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return entryBody.Check(value) ? value : undefined
  } catch {
    return undefined
  }
}
