import { describe, expect, it } from 'vitest'
import { importsOf, roomOf, rooms, type Import } from './imports.ts'
import { isTest, tracked, typescript, type Source } from './tree.ts'

// ARCHITECTURE.md, “The rooms”.
const arrows: Record<string, (to: Import) => boolean> = {
  'anju.ts': ({ room }) => room === 'domain', // what stands at the top beside it
  domain: () => false,
  prisma: ({ room }) => room === 'domain',
  broker: ({ room }) => room === 'domain',
  gateway: ({ room }) => ['domain', 'prisma', 'broker'].includes(room),
  api: ({ room }) => ['domain', 'prisma'].includes(room),
  dashboard: ({ room, typeOnly }) => room === 'domain' || (room === 'api' && typeOnly),
  'firmware-sim': ({ room, inside, typeOnly }) => room === 'domain' && inside === 'wire/schema' && typeOnly,
  test: () => true,
}

// The one file that imports across.
const crossing = ['anju.ts']

/** What breaks the arrows, as sentences. */
function broken(sources: Source[]): string[] {
  return sources.flatMap((source) => {
    const from = roomOf(source.path)
    return importsOf(source)
      .filter((to) => rooms.includes(to.room) || to.room === 'anju.ts')
      .filter((to) => to.room !== from && !crossing.includes(source.path))
      .filter((to) => !(isTest(source.path) && to.room === 'test'))
      .filter((to) => !arrows[from]?.(to))
      .map((to) => `${to.at}: ${from} may not import ${to.specifier}`)
  })
}

/** Relative imports that lack the file's ending, or cross into another room by path instead of by package. */
function illWritten(sources: Source[]): string[] {
  return sources.flatMap((source) =>
    importsOf(source)
      .filter(({ specifier }) => specifier.startsWith('.'))
      .filter(
        ({ specifier, room }) =>
          !/\.(ts|js|svelte|css|json|svg)(\?\w+)?$/.test(specifier) ||
          (room !== roomOf(source.path) && !['anju.ts', 'test'].includes(roomOf(source.path))),
      )
      .map(({ at, specifier }) => `${at}: ${specifier}`),
  )
}

describe('import arrows', () => {
  const sources = tracked(typescript)

  it('every import across rooms follows an arrow of ARCHITECTURE.md', () => {
    expect(sources.length).toBeGreaterThan(20)
    expect(broken(sources)).toEqual([])
  })

  it('relative imports carry their ending and stay in their room', () => {
    expect(illWritten(sources)).toEqual([])
  })

  it('domain rules import schema, date and @noble crypto libraries, and nothing of Node', () => {
    const foreign = sources
      .filter(({ path }) => path.startsWith('domain/') && !isTest(path))
      .flatMap((source) => importsOf(source))
      .filter(
        ({ room, typeOnly }) =>
          !typeOnly && !['domain', 'typebox', '@noble/ciphers', '@noble/curves', '@noble/hashes'].includes(room),
      )
    expect(foreign.map(({ at, specifier }) => `${at}: ${specifier}`)).toEqual([])
  })

  it.each([
    ['domain/alarm/decide.ts', "import { newId } from '@anju/prisma/id'"],
    ['prisma/alarm/apply.ts', "export * from '../../gateway/lane.ts'"],
    ['broker/broker.ts', "const later = import('@anju/prisma/tx')"],
    ['api/alarm/read.ts', "let x: import('@anju/gateway/lane').Lane"],
    [
      'dashboard/src/App.svelte',
      '<p>x</p>\n<script lang="ts">import { alarmRow } from \'@anju/api/alarm/schema\'</script>',
    ],
    ['firmware-sim/button.ts', "import { Press } from '@anju/domain/wire/schema'"],
    ['firmware-sim/button.ts', "import type { Verdict } from '@anju/domain/alarm/decide'"],
    ['supervise.ts', "import '@anju/prisma/tx'"],
  ])('sees that %s must not say: %s', (path, text) => {
    expect(broken([{ path, text }])).toHaveLength(1)
  })

  it.each([
    ['gateway/lane.ts', "import { transact } from '@anju/prisma/tx'"],
    ['dashboard/src/App.svelte', '<script lang="ts">import type { AlarmRow } from \'@anju/api/alarm/schema\'</script>'],
    ['firmware-sim/button.ts', "import { type Press } from '@anju/domain/wire/schema'"],
    ['anju.ts', "import { startGateway } from '@anju/gateway/start'"],
  ])('lets %s say: %s', (path, text) => {
    expect(broken([{ path, text }])).toEqual([])
  })
})
