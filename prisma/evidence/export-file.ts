import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { CannotStart, sentenceOf } from '@anju/domain/cannot-start'
import { parseConfig } from '@anju/domain/config'
import { publicKeyOf } from '@anju/domain/evidence/root'
import { loadKey } from '../key.ts'
import { neighboursUrl } from '../postgres/embedded.ts'
import { openReads } from '../reads.ts'
import { openPool } from '../tx.ts'
import { exportEvidence } from './export.ts'
import { signingKey } from './seal.ts'

const usage = `Usage: npm run export-evidence -- <file> [elder id …]

Writes the evidence of these elders (of all, when none is named) to the file and prints the public key that verifies
it. Personal contents that were not erased are in the file: treat it as a health file.`

/** The program behind `npm run export-evidence`, over the installation the environment names. */
async function main(): Promise<void> {
  const [file, ...elders] = parseArgs({ allowPositionals: true }).positionals
  if (file === undefined) throw new CannotStart(usage)
  const parsed = parseConfig(process.env, { dataFolder: path.join(import.meta.dirname, '../../data') })
  if (!parsed.ok) throw new CannotStart(parsed.errors.join('\n'))
  const { config } = parsed
  const publicKey = publicKeyOf(signingKey(await loadKey(config)))
  const url = config.databaseUrl ?? (await neighboursUrl(path.resolve(config.dataFolder)))
  const pool = openPool(url, { max: 1, name: 'anju export-evidence' })
  try {
    const written = await exportEvidence(openReads(pool), elders.length > 0 ? elders : null)
    await writeFile(file, written, { mode: 0o600 })
    process.stdout.write(`${file}: ${written.length} bytes\npublic key ${Buffer.from(publicKey).toString('hex')}\n`)
  } finally {
    await pool.end()
  }
}

try {
  await main()
} catch (error) {
  process.stderr.write(`${sentenceOf(error)}\n`)
  process.exitCode = 2
}
