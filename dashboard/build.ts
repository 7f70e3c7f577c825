import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import { CannotStart } from '@anju/domain/cannot-start'

const root = import.meta.dirname
const dist = path.join(root, 'dist')
const STAMP = '.built-from'

/**
 * Builds the dashboard when `dist` is missing or was built from other sources. Answers whether it did. Built beside
 * and renamed, so that nobody is served half a build.
 */
export async function ensureBuilt(): Promise<boolean> {
  const sources = await hashSources()
  const built = await readFile(path.join(dist, STAMP), 'utf8').catch(() => null)
  if (built === sources) return false
  const half = path.join(root, `dist.half-${process.pid}`)
  try {
    const { build } = await import('vite')
    // 'native': Node reads the configuration itself, where vite would write a copy into node_modules.
    await build({ root, configLoader: 'native', logLevel: 'warn', build: { outDir: half, emptyOutDir: true } })
    await compress(half)
    await writeFile(path.join(half, STAMP), sources)
    await rm(dist, { recursive: true, force: true })
    await rename(half, dist)
  } finally {
    await rm(half, { recursive: true, force: true })
  }
  return true
}

const gzipped = promisify(gzip)
const brotlied = promisify(brotliCompress)
/** The steps above take many times as long for some percent less, and the first start waits for them. */
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 6 } }
const TEXTS = /\.(js|mjs|css|html|svg|json)$/

/** Beside each file of text what is sent in its place: .gz to every browser, .br to those that come over HTTPS. */
export async function compress(folder: string): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true })
  const files = entries.filter((entry) => entry.isFile() && TEXTS.test(entry.name))
  await Promise.all(
    files.map(async (entry) => {
      const file = path.join(entry.parentPath, entry.name)
      const plain = await readFile(file)
      const packed = { gz: await gzipped(plain), br: await brotlied(plain, BROTLI) }
      for (const [ending, bytes] of Object.entries(packed)) {
        if (bytes.length < plain.length) await writeFile(`${file}.${ending}`, bytes)
      }
    }),
  )
}

/**
 * `ensureBuilt` in a process of its own, beside the start of everything else. Where a new build fails and there is an
 * older one, that is served; where there is none, CannotStart.
 */
export async function buildBeside(signal: AbortSignal, log: { error(words: string): void }): Promise<void> {
  const build = spawn(process.execPath, [import.meta.filename], { stdio: ['ignore', 2, 2] })
  signal.addEventListener('abort', () => build.kill(), { once: true })
  const code = await new Promise((resolve) => build.on('error', resolve).on('exit', resolve))
  if (code === 0) return
  if (!existsSync(path.join(dist, 'index.html'))) {
    throw new CannotStart('The dashboard could not be built: run "npm run build" to see why.')
  }
  log.error('the dashboard could not be built from its newest sources; an older build is served')
}

/** Everything the build reads: the dashboard's files, the rules it shares, and the versions of what it imports. */
async function hashSources(): Promise<string> {
  const project = path.dirname(root)
  const files = ['domain', 'dashboard'].map(async (folder) => {
    const entries = await readdir(path.join(project, folder), { withFileTypes: true, recursive: true })
    return entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name))
  })
  const sources = (await Promise.all(files))
    .flat()
    .map((file) => path.relative(project, file))
    .filter((file) => !/(^|\/)(node_modules|dist[^/]*)\/|\.test\.ts$/.test(file))
  const hash = createHash('sha256')
  for (const file of [...sources.sort(), 'package-lock.json']) {
    hash.update(`${file}\0`).update(await readFile(path.join(project, file)))
  }
  return hash.digest('hex')
}

if (import.meta.main) {
  try {
    await ensureBuilt()
  } catch (error) {
    process.stderr.write(`${String(error)}\n`)
    process.exitCode = 1
  }
}
