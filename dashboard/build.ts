import { createHash } from 'node:crypto'
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'

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
    await build({ root, logLevel: 'warn', build: { outDir: half, emptyOutDir: true } })
    await writeFile(path.join(half, STAMP), sources)
    await rm(dist, { recursive: true, force: true })
    await rename(half, dist)
  } finally {
    await rm(half, { recursive: true, force: true })
  }
  return true
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
    console.error(error)
    process.exitCode = 1
  }
}
