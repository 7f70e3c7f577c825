import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js'
import type { EvidenceExport } from './export.ts'
import type { Finding } from './finding.ts'
import { rootByPath } from './merkle.ts'
import { headLeaf, isSigned } from './root.ts'
import type { CheckedChain } from './verify-chain.ts'

/** One day: that this key signed its root, that each head leads there, and that each chain still is what was sealed. */
export function checkRoot(
  { day, heads, root, signature, proofs }: EvidenceExport['roots'][number],
  chains: ReadonlyMap<string, Pick<CheckedChain, 'hashes'>>,
  publicKey: Uint8Array,
  signed: typeof isSigned = isSigned,
): Finding[] {
  const findings: Finding[] = []
  if (!signed({ day, heads, root: hexToBytes(root) }, hexToBytes(signature), publicKey)) {
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
