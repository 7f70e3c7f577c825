import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import Type, { type Static } from 'typebox'
import { canonicalJson } from '../canonical.ts'
import { DEMO_MARK } from '../demo.ts'
import type { Entry, Head } from './chain.ts'
import { BOUGH_HEIGHT, pathIn, treeOver } from './merkle.ts'
import { type DayRoot, headTree } from './root.ts'

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

export type WrittenRoot = Static<typeof Root>

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

/** A sealed day with all that was sealed under one bough of its tree, and the boughs beside it. */
export interface SealedDay extends DayRoot {
  signature: Uint8Array
  /** In the tree's order; the first stands at `from`. Of the whole day, or under one bough. */
  sealedHeads: readonly Head[]
  from?: number
  /** All boughs of the tree; of none, `sealedHeads` are the whole day. */
  boughs?: readonly Uint8Array[]
}

/** The export's bytes: canonical JSON, so that not even a space can be changed unseen. */
export function writeExport(
  elders: readonly ElderEvidence[],
  roots: readonly WrittenRoot[],
  { demo = false }: { demo?: boolean } = {},
): Uint8Array {
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
    roots: [...roots],
  }
  return utf8ToBytes(canonicalJson(written))
}

/** A sealed day with the proofs of these elders. */
export function writeRoot(sealed: SealedDay, elders: ReadonlySet<string>): WrittenRoot {
  const { day, heads, root, signature } = sealed
  return { day, heads, root: bytesToHex(root), signature: bytesToHex(signature), proofs: proofs(sealed, elders) }
}

function proofs({ sealedHeads, from = 0, boughs = [] }: SealedDay, elders: ReadonlySet<string>): WrittenRoot['proofs'] {
  const tree = headTree(sealedHeads)
  const above = boughs.length > 1 ? pathIn(treeOver(boughs), from >> BOUGH_HEIGHT) : []
  return sealedHeads.flatMap(({ elderId, n, hash }, i) => {
    if (!elders.has(elderId)) return []
    const path = [...pathIn(tree, i), ...above].map((sibling) => bytesToHex(sibling))
    return [{ elder: elderId, hash: bytesToHex(hash), index: from + i, n, path }]
  })
}
