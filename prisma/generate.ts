import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * Writes prisma/generated from prisma/schema.prisma. Generating needs no schema engine, and the CLI would download
 * one that closed networks cannot reach; /bin/true stands in for it.
 */
export function generate(schema: string = join(import.meta.dirname, 'schema.prisma')): void {
  execFileSync(
    process.execPath,
    [fileURLToPath(import.meta.resolve('prisma/build/index.js')), 'generate', '--schema', schema, '--no-hints'],
    {
      cwd: join(import.meta.dirname, '..'),
      env: { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: '/bin/true', PRISMA_HIDE_UPDATE_MESSAGE: '1' },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
}

if (import.meta.main) generate()
