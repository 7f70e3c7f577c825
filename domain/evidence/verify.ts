import { Compile } from 'typebox/compile'
import { canonicalJson } from '../canonical.ts'
import { EvidenceExport } from './export.ts'
import type { Finding } from './finding.ts'
import { compareCopies, type SecondCopy } from './second-copy.ts'
import { checkRoot } from './verify-root.ts'
import { checkChain, type CheckedChain } from './verify-chain.ts'

const evidenceExport = Compile(EvidenceExport)

export interface Verification {
  /** The mark of a demo: these people do not exist. */
  demo?: string
  /** Nothing was found altered. Says nothing about entries after the last sealed one. */
  whole: boolean
  findings: Finding[]
  elders: {
    elder: string
    entries: number
    /** Last entry under a signed root; 0: none. */ sealed: number
    erased: number
  }[]
  days: { day: string; heads: number; /** Heads of this export proved against the root. */ proved: number }[]
}

/**
 * Verifies an export with nothing but the public key: every entry's hash and place, every personal content that is
 * still there, every day's signature, that each chain still holds what was sealed that day, and that the second party was given the same
 * roots. Never throws.
 */
export function verifyExport(
  bytes: Uint8Array,
  publicKey: Uint8Array,
  copies: readonly SecondCopy[] = [],
): Verification {
  const read = readExport(bytes)
  if (typeof read === 'string') {
    return { whole: false, findings: [{ code: 'not-an-export', detail: read }], elders: [], days: [] }
  }
  const findings: Finding[] = [...outOfOrder(read)]
  const chains = new Map<string, CheckedChain>()
  for (const elder of read.elders) {
    const chain = checkChain(elder)
    chains.set(elder.elder, chain)
    findings.push(...chain.findings)
  }
  const sealed = new Map<string, number>()
  const days: Verification['days'] = []
  for (const root of read.roots) {
    const found = checkRoot(root, chains, publicKey)
    findings.push(...found)
    if (compareCopies(root, copies) === 'differs') {
      const detail = 'the second party was given another root for this day'
      findings.push({ day: root.day, code: 'second-copy-differs', detail })
    }
    days.push({ day: root.day, heads: root.heads, proved: found.length === 0 ? root.proofs.length : 0 })
    if (found.length > 0) continue
    for (const { elder, n } of root.proofs) sealed.set(elder, Math.max(n, sealed.get(elder) ?? 0))
  }
  const elders = read.elders.map(({ elder, entries }) => ({
    elder,
    entries: entries.length,
    sealed: sealed.get(elder) ?? 0,
    erased: chains.get(elder)?.erased ?? 0,
  }))
  const demo = read.demo === undefined ? {} : { demo: read.demo }
  return { ...demo, whole: findings.length === 0, findings, elders, days }
}

/** The export, or why it is none. */
function readExport(bytes: Uint8Array): EvidenceExport | string {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    const value: unknown = JSON.parse(text)
    if (canonicalJson(value) !== text) return 'the file was rewritten: it is not in canonical form (RFC 8785)'
    return evidenceExport.Check(value) ? value : 'the file has not the form of an evidence export'
  } catch (error) {
    return `the file is not JSON: ${error instanceof Error ? error.message : String(error)}`
  }
}

function outOfOrder({ elders, roots }: EvidenceExport): Finding[] {
  return [
    ...elders.flatMap(({ elder }, i) =>
      elder > (elders[i - 1]?.elder ?? '')
        ? []
        : [{ elder, code: 'elder-order', detail: 'twice or out of order' } as const],
    ),
    ...roots.flatMap(({ day }, i) =>
      day > (roots[i - 1]?.day ?? '') ? [] : [{ day, code: 'day-order', detail: 'twice or out of order' } as const],
    ),
  ]
}
