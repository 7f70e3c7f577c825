import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Outbox } from './outbox.ts'
import { freshSeed, seeded } from './random.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'anju-outbox-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const file = () => join(folder, 'outbox')
const reading = (id: string, body = `{"id":"${id}","note":"血压"}`) => ({ type: 'reading' as const, id, body })

function idsOnDisk(): string[] {
  const outbox = Outbox.open(folder)
  const ids = outbox.items().map((item) => item.id)
  outbox.close()
  return ids
}

test('what was put is there after a reopening, in order and byte for byte', () => {
  const outbox = Outbox.open(folder)
  const body = '{"id":"a",  "odd":  "spaces and 中文 \\u0041"}'
  outbox.putAll([reading('a', body), reading('b'), reading('c')])
  outbox.done([2])
  outbox.close()
  const again = Outbox.open(folder)
  expect(again.items().map((item) => [item.n, item.id])).toEqual([
    [1, 'a'],
    [3, 'c'],
  ])
  expect(again.items()[0]?.body).toBe(body)
  again.close()
})

test('a last line torn at any byte costs only itself, and the next put follows a clean end', () => {
  const outbox = Outbox.open(folder)
  outbox.putAll([reading('a'), reading('b')])
  outbox.close()
  const whole = readFileSync(file())
  const firstEnd = whole.indexOf(0x0a) + 1
  for (let cut = firstEnd; cut < whole.length; cut++) {
    writeFileSync(file(), whole)
    truncateSync(file(), cut)
    const torn = Outbox.open(folder)
    expect(torn.items().map((item) => item.id)).toEqual(['a'])
    torn.put(reading('c'))
    torn.close()
    expect(idsOnDisk()).toEqual(['a', 'c'])
  }
})

test('a damaged line in the middle costs only itself and is counted', () => {
  const outbox = Outbox.open(folder)
  outbox.putAll([reading('a'), reading('b'), reading('c')])
  outbox.close()
  const text = readFileSync(file(), 'utf8')
  writeFileSync(file(), text.replace('"id":"b"', '"id":"B"'))
  const damaged = Outbox.open(folder)
  expect(damaged.items().map((item) => item.id)).toEqual(['a', 'c'])
  expect(damaged.damaged).toBe(1)
  damaged.close()
})

test('compaction keeps the file small, the waiting items and the count of numbers', () => {
  const outbox = Outbox.open(folder)
  outbox.put(reading('first'))
  for (let i = 0; i < 2000; i++) outbox.done([outbox.put(reading(`r${i}`)).n])
  expect(statSync(file()).size).toBeLessThan(70_000)
  const last = outbox.put(reading('last'))
  expect(last.n).toBe(2002)
  outbox.close()
  expect(idsOnDisk()).toEqual(['first', 'last'])
})

test('numbers are never given twice, even after everything was compacted away', () => {
  const outbox = Outbox.open(folder)
  for (let i = 0; i < 1000; i++) outbox.done([outbox.put(reading(`r${i}`)).n])
  outbox.close()
  const again = Outbox.open(folder)
  expect(again.put(reading('next')).n).toBe(1001)
  again.close()
})

test('a compaction that a power cut interrupted leaves the old file in force', () => {
  const outbox = Outbox.open(folder)
  outbox.put(reading('a'))
  outbox.close()
  appendFileSync(`${file()}.new`, 'half a compact')
  expect(idsOnDisk()).toEqual(['a'])
})

test('over random power cuts nothing put is lost and nothing comes back but items whose done was not yet forced', () => {
  const seed = freshSeed()
  const random = seeded(seed)
  const waiting = new Set<string>()
  const finished = new Set<string>()
  let count = 0
  for (let round = 0; round < 60; round++) {
    const outbox = Outbox.open(folder)
    const found = outbox.items()
    for (const id of waiting)
      expect(
        found.some((item) => item.id === id),
        `seed ${seed}: ${id} lost`,
      ).toBe(true)
    for (const item of found) expect(waiting.has(item.id) || finished.has(item.id), `seed ${seed}`).toBe(true)
    expect(new Set(found.map((item) => item.n)).size).toBe(found.length)
    for (const item of found) waiting.add(item.id)
    for (let step = random.whole(0, 60); step > 0; step--) {
      if (random.next() < 0.5) {
        waiting.add(outbox.put(reading(`r${++count}`)).id)
      } else {
        const [item] = outbox.items()
        if (!item) continue
        outbox.done([item.n])
        waiting.delete(item.id)
        finished.add(item.id)
      }
    }
    outbox.powerCut(random)
  }
})

test('a device that is off cannot write to its outbox', () => {
  const outbox = Outbox.open(folder)
  outbox.close()
  expect(() => outbox.put(reading('a'))).toThrow('closed')
})
