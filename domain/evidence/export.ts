import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import Type, { type Static } from 'typebox'
import { canonicalJson } from '../canonical.ts'
import { DEMO_MARK } from '../demo.ts'
import type { Entry, Head } from './chain.ts'
import { inclusionPaths } from './merkle.ts'
import { headLeaf, inOrder, type DayRoot } from './root.ts'

export const EXPORT_FORMAT = 'anju evidence export v1'

const only = { additionalProperties: false }
const Hash = Type.String({ pattern: '^[0-9a-f]{64}$' })

/** A sealed day, with the way from these elders' heads to its root. */
export const Root = Type.Object(
  {
    day: Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' }),
    heads: Type.Integer({ minimum: 0 }),
    root: Hash,
    signature: Type.String({ pattern: '^[0-9a-f]{128}$' }),
    /** For each exported elder who had a chain that day: its head, and the way from it to the root. */
    proofs: Type.Array(
      Type.Object(
        {
          elder: Type.String({ pattern: '^[0-9a-f-]{36}$' }),
          hash: Hash,
          index: Type.Integer({ minimum: 0 }),
          n: Type.Integer({ minimum: 1 }),
          path: Type.Array(Hash),
        },
        only,
      ),
    ),
  },
  only,
)

/** Everything an outsider needs beside the public key. Nothing in it is left unhashed but the mark of a demo. */
export const EvidenceExport = Type.Object(
  {
    format: Type.Literal(EXPORT_FORMAT),
    /** These people do not exist. */
    demo: Type.Optional(Type.Literal(DEMO_MARK)),
    elders: Type.Array(
      Type.Object(
        {
          elder: Type.String({ pattern: '^[0-9a-f-]{36}$' }),
          /** In order, from the first; `body` is the hashed text itself. */
          entries: Type.Array(Type.Object({ body: Type.String(), hash: Hash }, only)),
          /** What has not been erased. */
          contents: Type.Array(Type.Object({ content: Type.String(), digest: Hash, salt: Hash }, only)),
        },
        only,
      ),
    ),
    roots: Type.Array(Root),
  },
  only,
)
export type EvidenceExport = Static<typeof EvidenceExport>

/** An elder's chain and what is left of its personal contents. */
export interface ElderEvidence {
  elderId: string
  entries: readonly Pick<Entry, 'body' | 'hash'>[]
  contents: readonly { digest: Uint8Array; salt: Uint8Array; content: Uint8Array }[]
}

/** A sealed day with every head it was computed over, also of elders who are not exported. */
export interface SealedDay extends DayRoot {
  signature: Uint8Array
  sealedHeads: readonly Head[]
}

/** The export's bytes: canonical JSON, so that not even a space can be changed unseen. */
export function writeExport(
  elders: readonly ElderEvidence[],
  days: readonly SealedDay[],
  { demo = false }: { demo?: boolean } = {},
): Uint8Array {
  const exported = new Set(elders.map(({ elderId }) => elderId))
  const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  const written: EvidenceExport = {
    format: EXPORT_FORMAT,
    ...(demo ? { demo: DEMO_MARK } : {}),
    elders: elders
      .toSorted((a, b) => (a.elderId < b.elderId ? -1 : 1))
      .map(({ elderId, entries, contents }) => ({
        elder: elderId,
        entries: entries.map(({ body, hash }) => ({ body: text.decode(body), hash: bytesToHex(hash) })),
        contents: contents.map(({ digest, salt, content }) => ({
          content: text.decode(content),
          digest: bytesToHex(digest),
          salt: bytesToHex(salt),
        })),
      })),
    roots: days.map((day) => writeRoot(day, exported)),
  }
  return utf8ToBytes(canonicalJson(written))
}

/** A sealed day with the proofs of these elders. */
export function writeRoot(
  { day, heads, root, signature, sealedHeads }: SealedDay,
  elders: ReadonlySet<string>,
): Static<typeof Root> {
  return {
    day,
    heads,
    root: bytesToHex(root),
    signature: bytesToHex(signature),
    proofs: proofs(sealedHeads).filter(({ elder }) => elders.has(elder)),
  }
}

function proofs(heads: readonly Head[]): EvidenceExport['roots'][number]['proofs'] {
  const ordered = inOrder(heads)
  const paths = inclusionPaths(ordered.map(headLeaf))
  return ordered.map(({ elderId, n, hash }, index) => ({
    elder: elderId,
    hash: bytesToHex(hash),
    index,
    n,
    path: (paths[index] ?? []).map((sibling) => bytesToHex(sibling)),
  }))
}
