import { describe, expect, it } from 'vitest'
import { tracked } from './tree.ts'

const MAX_LINES = 400 // a file near it is asking to be two rooms

const emptyWords = /utils?|managers?|services?|helpers?/i

/** The part of a name that says nothing about what is inside. */
function saysNothing(path: string): boolean {
  const name = path.split('/').at(-1) ?? ''
  return (
    emptyWords.test(name.replace(/^service-worker\b/, '')) ||
    /(^|\/)(utils?|helpers?|managers?|services?)\//i.test(path)
  )
}

const machinePath = /(?<![\w.~:/-])\/(work|root|home\/[a-z]\w*|Users\/[A-Za-z]\w*)\//

describe('the shape of the tree', () => {
  it('files are named by what they hold', () => {
    expect(
      tracked(/\.(ts|js|svelte|css)$/)
        .map(({ path }) => path)
        .filter(saysNothing),
    ).toEqual([])
    expect(['api/utils.ts', 'gateway/alarmManager.ts', 'api/services/alarm.ts'].filter(saysNothing)).toHaveLength(3)
    expect(saysNothing('dashboard/src/service-worker.ts')).toBe(false)
  })

  it(`no source is longer than ${MAX_LINES} lines`, () => {
    const long = tracked(/\.(ts|js|svelte|css)$/)
      .map(({ path, text }) => ({ path, lines: text.split('\n').length - 1 }))
      .filter(({ lines }) => lines > MAX_LINES)
    expect(long).toEqual([])
  })

  it('no file names a folder of one machine', () => {
    const named = tracked(/\.(ts|js|svelte|json|md|html|ya?ml|sql)$|^\.ci\//)
      .filter(({ path }) => path !== 'package-lock.json')
      .flatMap(({ path, text }) =>
        text.split('\n').flatMap((line, i) => (machinePath.test(line) ? [`${path}:${i + 1}: ${line.trim()}`] : [])),
      )
    expect(named).toEqual([])
    expect(machinePath.test(['cd ', 'home', 'ann', 'anju'].join('/'))).toBe(true)
  })

  it('the lock file names no host: whoever installs chooses the registry', () => {
    const [lock] = tracked(/^package-lock\.json$/)
    const { packages } = JSON.parse(lock?.text ?? '') as { packages: Record<string, { resolved?: string }> }
    const others = Object.values(packages).filter(({ resolved }) => /^\w+:/.test(resolved ?? ''))
    expect(Object.keys(packages).length).toBeGreaterThan(100)
    expect(others).toEqual([])
  })
})
