import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js'
import { Compile } from 'typebox/compile'
import { canonicalJson } from '../canonical.ts'
import { EvidenceExport } from './export.ts'
import type { Finding } from './finding.ts'
import { rootByPath } from './merkle.ts'
import { headLeaf, isSigned } from './root.ts'
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
 * still there, every day's signature, and that each chain still holds what was sealed that day. Never throws.
 */
export function verifyExport(bytes: Uint8Array, publicKey: Uint8Array): Verification {
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

function checkRoot(
  { day, heads, root, signature, proofs }: EvidenceExport['roots'][number],
  chains: ReadonlyMap<string, CheckedChain>,
  publicKey: Uint8Array,
): Finding[] {
  const findings: Finding[] = []
  if (!isSigned({ day, heads, root: hexToBytes(root) }, hexToBytes(signature), publicKey)) {
    findings.push({ day, code: 'signature-invalid', detail: 'this key did not sign this root' })
  }
  for (const { elder, n, hash, index, path } of proofs) {
    const leaf = headLeaf({ elderId: elder, n, hash: hexToBytes(hash) })
    const led = rootByPath(
      leaf,
      index,
      heads,
      path.map((sibling) => hexToBytes(sibling)),
    )
    if (!led || root !== bytesToHex(led)) {
      findings.push({ day, elder, n, code: 'proof-invalid', detail: "this head does not lead to the day's root" })
    }
    if (chains.get(elder)?.hashes.get(n) !== hash) {
      findings.push({
        day,
        elder,
        n,
        code: 'head-differs',
        detail: `entries 1 to ${n} are not what was sealed that day`,
      })
    }
  }
  return findings
}
