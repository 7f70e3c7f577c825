import { ed25519 } from '@noble/curves/ed25519.js'
import { bytesToHex, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import Type, { type Static } from 'typebox'
import { canonicalJson } from '../canonical.ts'
import { DEMO_MARK } from '../demo.ts'
import { digestsOf, wholeDigest } from './digests.ts'
import { Root } from './export.ts'

export const VISIT_EXPORT_FORMAT = 'anju visit evidence v1'

/** Under these names an entry of the chain commits to a step of the story, and to what was really read at an end. */
export const STEP = 'entry'
export const RAW = 'raw'
/** The kind of an entry that says what was deleted lawfully. */
export const ERASED = 'erased'

const only = { additionalProperties: false }
const Hash = Type.String({ pattern: '^[0-9a-f]{64}$' })
const Uuid = Type.String({ pattern: '^[0-9a-f-]{36}$' })

/** An entry of this visit with its text; another's with the digest of it alone, which is enough to follow the chain. */
const Link = Type.Object(
  { body: Type.Optional(Type.String()), digest: Type.Optional(Hash), hash: Hash, n: Type.Integer({ minimum: 1 }) },
  only,
)

/** How a day's root went to a second party. */
const Receipt = Type.Object(
  { at: Type.String(), how: Type.Enum(['folder', 'email']), sha256: Hash, to: Type.String() },
  only,
)
export type Receipt = Static<typeof Receipt>

/** Everything about one visit, and everything that proves it, beside the public key and the second party's copies. */
export const VisitExport = Type.Object(
  {
    format: Type.Literal(VISIT_EXPORT_FORMAT),
    /** These people do not exist. */
    demo: Type.Optional(Type.Literal(DEMO_MARK)),
    exported: Type.Object({ at: Type.String(), by: Type.String() }, only),
    /** The visit as its page shows it; raw facts beside what they were taken for. */
    record: Type.Record(Type.String(), Type.Unknown()),
    /** Photos, signatures and documents themselves; null after lawful erasure. */
    files: Type.Array(
      Type.Object(
        { base64: Type.Union([Type.String(), Type.Null()]), id: Uuid, sha256: Hash, type: Type.String() },
        only,
      ),
    ),
    chain: Type.Object(
      {
        elder: Uuid,
        /** The hash before the first. */
        previous: Hash,
        entries: Type.Array(Link),
        /** What this visit's entries commit to and was not erased. */
        contents: Type.Array(Type.Object({ content: Type.String(), digest: Hash, salt: Hash }, only)),
      },
      only,
    ),
    roots: Type.Array(Type.Object({ ...Root.properties, handed: Type.Array(Receipt) }, only)),
    /** The public key that signed; compare it with the one you hold. */
    key: Hash,
    /** Over all of the above: one digest that is signed, and one for each field, by which a change is found. */
    seal: Type.Object(
      {
        digests: Type.Record(Type.String(), Type.String({ pattern: '^[0-9a-f]{16}$' })),
        digestsSha256: Hash,
        sha256: Hash,
        signature: Type.String({ pattern: '^[0-9a-f]{128}$' }),
      },
      only,
    ),
  },
  only,
)
export type VisitExport = Static<typeof VisitExport>
export type VisitPayload = Omit<VisitExport, 'seal' | 'key' | 'format' | 'demo'> & { demo: boolean }

/** What is signed: that this was exported, whole. */
export function sealMessage({
  sha256,
  digestsSha256,
}: Pick<VisitExport['seal'], 'sha256' | 'digestsSha256'>): Uint8Array {
  return utf8ToBytes(canonicalJson({ digestsSha256, sha256, what: VISIT_EXPORT_FORMAT }))
}

export function isSealed(seal: VisitExport['seal'], publicKey: Uint8Array): boolean {
  try {
    return ed25519.verify(hexToBytes(seal.signature), sealMessage(seal), publicKey, { zip215: false })
  } catch {
    return false // a key that is no point on the curve
  }
}

/** The export's bytes: canonical JSON, signed whole. `secretKey` is the 32-byte seed. */
export function writeVisitExport({ demo, ...payload }: VisitPayload, secretKey: Uint8Array): Uint8Array {
  const whole = {
    ...payload,
    ...(demo ? { demo: DEMO_MARK } : {}),
    format: VISIT_EXPORT_FORMAT,
    key: bytesToHex(ed25519.getPublicKey(secretKey)),
  }
  const digests = digestsOf(whole)
  const stated = { digestsSha256: wholeDigest(digests), sha256: wholeDigest(whole) }
  const signature = bytesToHex(ed25519.sign(sealMessage(stated), secretKey))
  return utf8ToBytes(canonicalJson({ ...whole, seal: { ...stated, digests, signature } }))
}
