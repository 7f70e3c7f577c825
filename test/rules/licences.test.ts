import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { importsOf } from './imports.ts'
import { isTest, root, tracked, typescript } from './tree.ts'

const permissive = new Set([
  ...['MIT', 'MIT-0', 'ISC', '0BSD', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0', 'BlueOak-1.0.0', 'Unlicense'],
  ...['CC0-1.0', 'Zlib', 'PostgreSQL', 'Python-2.0', 'OFL-1.1'],
])

interface Locked {
  link?: boolean
  resolved?: string
  license?: string
  dependencies?: Record<string, string>
  optionalDependencies?: Record<string, string>
}

const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
  packages: Record<string, Locked>
}

/** Where Node would find `name` from the package at `from`. */
function resolve(from: string, name: string): string | undefined {
  for (let folder = from; ; folder = folder.replace(/(^|\/)(node_modules\/)?(@[^/]+\/)?[^/]+$/, '')) {
    const path = `${folder}${folder ? '/' : ''}node_modules/${name}`
    if (packages[path]) return packages[path].link ? packages[path].resolved : path
    if (folder === '') return undefined
  }
}

/** What the dashboard's build takes in, whatever kind of dependency it is called there. */
const bundled = tracked(/^dashboard\/src\//)
  .filter(({ path }) => typescript.test(path) && !isTest(path))
  .flatMap((source) => importsOf(source))
  .map(({ room }) => room)

/** Every package that runs in production: what the workspaces depend on, and what they depend on. */
function production(): string[] {
  const seen = new Set<string>()
  const visit = (path: string): void => {
    if (seen.has(path)) return
    seen.add(path)
    const own = packages[path]
    const names = Object.keys({ ...own?.dependencies, ...own?.optionalDependencies })
    for (const name of path === 'dashboard' ? [...names, ...bundled] : names) {
      const found = resolve(path, name)
      if (found) visit(found)
    }
  }
  for (const path of Object.keys(packages)) if (!path.includes('node_modules') && path !== 'test') visit(path)
  return [...seen].filter((path) => path.includes('node_modules')).sort()
}

/** What the installed package says of itself; the lock file's word for a platform that is not this one. */
function licence(path: string): string {
  const manifest = join(root, path, 'package.json')
  if (!existsSync(manifest)) return packages[path]?.license ?? 'unknown'
  const { license } = JSON.parse(readFileSync(manifest, 'utf8')) as { license?: string | { type: string } }
  return typeof license === 'object' ? license.type : (license ?? 'unknown')
}

function isPermissive(expression: string): boolean {
  const plain = expression.replace(/[()]/g, '')
  return plain.split(/\s+OR\s+/i).some((choice) => choice.split(/\s+AND\s+/i).every((one) => permissive.has(one)))
}

describe('licences', () => {
  it('every production dependency is permissive', () => {
    const used = production()
    expect(used.length).toBeGreaterThan(50)
    const refused = used.filter((path) => !isPermissive(licence(path)))
    expect(refused.map((path) => `${path}: ${licence(path)}`)).toEqual([])
  })

  it('reads SPDX expressions', () => {
    expect(['MIT', '(MIT OR GPL-3.0-only)', 'MIT AND ISC'].every(isPermissive)).toBe(true)
    expect(['GPL-3.0-only', 'MIT AND LGPL-2.1-only', 'unknown', 'SSPL-1.0'].some(isPermissive)).toBe(false)
  })
})
