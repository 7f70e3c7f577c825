import { readdir, readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { readCopies, type SecondCopy } from '@anju/domain/evidence/second-copy'
import { verifyExport } from '@anju/domain/evidence/verify'
import { verifyVisit } from '@anju/domain/evidence/verify-visit'
import { VISIT_EXPORT_FORMAT } from '@anju/domain/evidence/visit-export'
import { reportOfChains, reportOfVisit } from './report.ts'

const usage = `Usage: npm run verify-evidence -- <file> [--key <public key, 64 hex digits>] [--roots <file or folder>]

Verifies evidence that was exported, a visit's or whole chains: offline, without a database.
--key    the public key that the installation published; needed for whole chains. Without it a visit is
         held against the key it names itself, which must then be compared by eye.
--roots  the daily roots that the second party keeps: one file, or a folder of them.
Ends with 0 when nothing was altered, 1 when something was, 2 when it could not be tried.`

async function main(): Promise<number> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { key: { type: 'string' }, roots: { type: 'string' } },
  })
  const [file] = positionals
  const { key, roots } = values
  if (file === undefined || (key !== undefined && !/^[0-9a-f]{64}$/i.test(key))) return asked()
  const bytes = await readFile(file)
  const publicKey = key === undefined ? undefined : Buffer.from(key, 'hex')
  const copies = roots === undefined ? undefined : await readRoots(roots)
  if (isOfVisit(bytes)) {
    const verified = verifyVisit(bytes, { ...(publicKey && { publicKey }), ...(copies && { copies }) })
    process.stdout.write(`${reportOfVisit(verified, copies?.length ?? null).join('\n')}\n`)
    return verified.whole ? 0 : 1
  }
  if (publicKey === undefined) return asked()
  const verified = verifyExport(bytes, publicKey, copies)
  process.stdout.write(`${reportOfChains(verified).join('\n')}\n`)
  return verified.whole ? 0 : 1
}

function asked(): number {
  process.stderr.write(`${usage}\n`)
  return 2
}

/** By its name in the file, which also a broken one still bears. */
function isOfVisit(bytes: Buffer): boolean {
  return bytes.includes(`"format":"${VISIT_EXPORT_FORMAT}"`) || !bytes.includes('"elders":')
}

async function readRoots(place: string): Promise<SecondCopy[]> {
  const files = (await stat(place)).isDirectory()
    ? (await readdir(place)).sort().map((name) => path.join(place, name))
    : [place]
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8')))
  const copies = texts.flatMap(readCopies)
  if (copies.length === 0) throw new Error(`${place} holds no root of a day`)
  return copies
}

try {
  process.exitCode = await main()
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 2
}
