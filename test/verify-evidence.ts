import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { verifyExport, type Verification } from '@anju/domain/evidence/verify'

const usage = `Usage: npm run verify-evidence -- <export.json> --key <public key, 64 hex digits>

Verifies an export of evidence with nothing but the public key; needs no database and no network.
Ends with 0 when nothing was altered, 1 when something was, 2 when it could not be tried.`

/** What a person reads: what is altered, then how far the signatures reach. */
function report({ demo, whole, findings, elders, days }: Verification): string[] {
  return [
    ...(demo === undefined ? [] : [demo]),
    ...findings.map(({ code, detail, elder, n, day }) => {
      const where = [day && `day ${day}`, elder && `elder ${elder}`, n !== undefined && `entry ${n}`].filter(Boolean)
      return `ALTERED  ${[...where, code].join(', ')}: ${detail}`
    }),
    ...days.map(({ day, heads, proved }) => `day ${day}: root over ${heads} chains, ${proved} of this file proved`),
    ...elders.map(({ elder, entries, sealed, erased }) => {
      const open = entries > sealed ? `; entries ${sealed + 1} to ${entries} are not yet sealed` : ''
      const gone = erased > 0 ? `; ${erased} personal contents erased` : ''
      return `elder ${elder}: ${entries} entries, ${sealed} under a signed root${open}${gone}`
    }),
    whole ? 'Nothing was altered.' : `Altered: ${findings.length} findings.`,
  ]
}

async function main(): Promise<number> {
  const { positionals, values } = parseArgs({ allowPositionals: true, options: { key: { type: 'string' } } })
  const [path] = positionals
  if (path === undefined || !/^[0-9a-f]{64}$/i.test(values.key ?? '')) {
    process.stderr.write(`${usage}\n`)
    return 2
  }
  const verification = verifyExport(await readFile(path), Buffer.from(values.key ?? '', 'hex'))
  process.stdout.write(`${report(verification).join('\n')}\n`)
  return verification.whole ? 0 : 1
}

try {
  process.exitCode = await main()
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 2
}
