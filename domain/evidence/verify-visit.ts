import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js'
import { Compile } from 'typebox/compile'
import { canonicalJson } from '../canonical.ts'
import { differences, wholeDigest } from './digests.ts'
import { isSigned } from './root.ts'
import { compareCopies, type SecondCopy } from './second-copy.ts'
import { checkRecord, type Proved } from './verify-record.ts'
import { checkRoot } from './verify-root.ts'
import { checkSegment, type Erasure, type VisitFinding } from './verify-segment.ts'
import { isSealed, VisitExport, type Receipt } from './visit-export.ts'

const visitExport = Compile(VisitExport)

export interface VisitVerification {
  /** Nothing was found altered. */
  whole: boolean
  findings: VisitFinding[]
  /** null: the file could not be read. */
  of: {
    visit: string
    elder: string
    exportedAt: string
    /** The public key it was verified with, and whether that was given or is the file's own. */
    key: string
    keyGiven: boolean
    demo: string | null
  } | null
  steps: Proved
  ends: Proved
  files: Proved
  /** Entries of the visit's piece of the chain, and the last one under a signed root; 0: none. */
  chain: { first: number; last: number; sealed: number }
  days: { day: string; handed: Receipt[]; copy: 'agrees' | 'differs' | 'none' }[]
  erased: ({ n: number; kind: string; name: string } & Erasure)[]
}

export interface VerifyWith {
  /** The key one holds; without it the file's own is used. */
  publicKey?: Uint8Array
  /** What the second party kept. */
  copies?: readonly SecondCopy[]
  signed?: typeof isSigned
  sealed?: typeof isSealed
}

/**
 * Verifies an export of one visit offline: that nothing in it was changed since it was exported, that what the record
 * says is what was chained at the time, that the chain is what was sealed, and that the sealed roots are those a second
 * party was given. Never throws.
 */
export function verifyVisit(bytes: Uint8Array, given: VerifyWith = {}): VisitVerification {
  const read = readVisitExport(bytes)
  if (typeof read === 'string') return unreadable(read)
  const { publicKey, copies = [], signed = isSigned, sealed = isSealed } = given
  const key = publicKey ?? hexToBytes(read.key)
  const segment = checkSegment(read.chain)
  const record = checkRecord(read, segment)
  const findings = [
    ...checkKey(read, publicKey),
    ...checkSeal(read, key, sealed),
    ...segment.findings,
    ...record.findings,
  ]
  let sealedTo = 0
  const days = read.roots.map((root, i) => {
    const at = `roots[${i}]`
    const wrong = checkRoot(root, new Map([[read.chain.elder, segment]]), key, signed)
    findings.push(
      ...wrong.map(({ detail }) => ({ path: at, code: 'day-invalid' as const, detail: `${root.day}: ${detail}` })),
    )
    if (wrong.length === 0) sealedTo = Math.max(sealedTo, ...root.proofs.map(({ n }) => n))
    const copy = compareCopies(root, copies)
    if (copy === 'differs') {
      const detail = `${root.day}: the second party was given another root for this day`
      findings.push({ path: `${at}.root`, code: 'second-copy-differs', detail })
    }
    return { day: root.day, handed: root.handed, copy }
  })
  const { entries, elder } = read.chain
  return {
    whole: findings.length === 0,
    findings,
    of: {
      visit: String(read.record['id']),
      elder,
      exportedAt: read.exported.at,
      key: bytesToHex(key),
      keyGiven: publicKey !== undefined,
      demo: read.demo ?? null,
    },
    steps: record.steps,
    ends: record.ends,
    files: record.files,
    chain: { first: entries[0]?.n ?? 0, last: entries.at(-1)?.n ?? 0, sealed: sealedTo },
    days,
    erased: segment.committed.flatMap(({ n, kind, name, digest, content }) => {
      const erasure = content === null ? segment.erased.get(digest) : undefined
      return erasure ? [{ n, kind, name, ...erasure }] : []
    }),
  }
}

function unreadable(detail: string): VisitVerification {
  const none = { all: 0, proved: 0 }
  return {
    whole: false,
    findings: [{ path: '', code: 'not-an-export', detail }],
    of: null,
    steps: none,
    ends: none,
    files: none,
    chain: { first: 0, last: 0, sealed: 0 },
    days: [],
    erased: [],
  }
}

/** The export, or why it is none. */
function readVisitExport(bytes: Uint8Array): VisitExport | string {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    const value: unknown = JSON.parse(text)
    const canonical = canonicalJson(value)
    if (canonical !== text) {
      const at = [...text].findIndex((sign, i) => sign !== canonical[i])
      return `the file was rewritten: from its sign ${at} on it is not in canonical form (RFC 8785)`
    }
    if (visitExport.Check(value)) return value
    const [first] = visitExport.Errors(value)
    return `the file has not the form of a visit's evidence: ${first?.instancePath ?? ''} ${first?.message ?? ''}`
  } catch (error) {
    return `the file is not JSON: ${error instanceof Error ? error.message : String(error)}`
  }
}

function checkKey({ key }: VisitExport, publicKey: Uint8Array | undefined): VisitFinding[] {
  if (publicKey === undefined || bytesToHex(publicKey) === key) return []
  return [{ path: 'key', code: 'seal-invalid', detail: `the file names another key than the one given: ${key}` }]
}

const WORDS = {
  changed: ['field-changed', 'was changed after the export'],
  added: ['field-added', 'was added after the export'],
  removed: ['field-removed', 'was taken out after the export'],
  reordered: ['list-reordered', 'was put in another order after the export'],
} as const

function checkSeal(read: VisitExport, key: Uint8Array, sealed: typeof isSealed): VisitFinding[] {
  const { seal, ...payload } = read
  const findings: VisitFinding[] = []
  const payloadWhole = wholeDigest(payload) === seal.sha256
  const digestsWhole = wholeDigest(seal.digests) === seal.digestsSha256
  if (!payloadWhole) {
    const places = differences(payload, seal.digests)
    for (const { path, what } of places) findings.push({ path, code: WORDS[what][0], detail: WORDS[what][1] })
    if (places.length === 0) {
      findings.push({ path: 'seal.sha256', code: 'seal-altered', detail: 'the digest of the whole was changed' })
    }
  }
  if (!digestsWhole) {
    const path = payloadWhole ? (differences(payload, seal.digests)[0]?.path ?? '') : ''
    const which = path === '' ? 'seal.digests' : `seal.digests[${JSON.stringify(path)}]`
    findings.push({ path: which, code: 'seal-altered', detail: 'the digests of the fields were changed' })
  }
  if (!sealed(seal, key)) {
    findings.push({ path: 'seal.signature', code: 'seal-invalid', detail: 'this key did not sign this file' })
  }
  return findings
}
