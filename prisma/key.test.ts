import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { testDatabase } from '@anju/test/postgres'
import { blindIndex, checkKey, loadKey, masterKey, open, seal } from './key.ts'

const key = masterKey(new Uint8Array(32).fill(7))
const other = masterKey(new Uint8Array(32).fill(8))

let dataFolder: string
beforeEach(async () => {
  dataFolder = await mkdtemp(path.join(tmpdir(), 'key-'))
})
afterEach(() => rm(dataFolder, { recursive: true }))

test('what was sealed opens with the same key, purpose and place, and with no other', () => {
  const sealed = seal(key, 'elder', 'row 1', Buffer.from('110101195001010018'))
  expect(open(key, 'elder', 'row 1', sealed).toString()).toBe('110101195001010018')
  expect(() => open(other, 'elder', 'row 1', sealed)).toThrow()
  expect(() => open(key, 'device', 'row 1', sealed)).toThrow()
  expect(() => open(key, 'elder', 'row 2', sealed)).toThrow()
  for (let at = 0; at < sealed.length; at++) {
    const changed = Buffer.from(sealed)
    changed.writeUInt8(changed.readUInt8(at) ^ 1, at)
    expect(() => open(key, 'elder', 'row 1', changed)).toThrow()
  }
  expect(() => open(key, 'elder', 'row 1', sealed.subarray(0, 20))).toThrow()
})

test('the same words sealed twice look different', () => {
  const once = seal(key, 'elder', 'row', Buffer.from('a'))
  expect(once.equals(seal(key, 'elder', 'row', Buffer.from('a')))).toBe(false)
})

test('a blind index is the same for the same value, key and purpose only', () => {
  const index = blindIndex(key, 'id number', 'a')
  expect(index).toHaveLength(32)
  expect(index.equals(blindIndex(masterKey(new Uint8Array(32).fill(7)), 'id number', 'a'))).toBe(true)
  expect(index.equals(blindIndex(key, 'id number', 'b'))).toBe(false)
  expect(index.equals(blindIndex(key, 'phone', 'a'))).toBe(false)
  expect(index.equals(blindIndex(other, 'id number', 'a'))).toBe(false)
})

test('sub-keys are pinned, so that no later version loses what this one sealed', () => {
  expect(key.subKey('seal elder').toString('hex')).toBe(PINNED)
})
const PINNED = '2d56356438d138d8a7ac659de41b1ac3f5abdeb82693c1f190351d4f2ebad16d'

test('several starters at once make one key file, closed to everybody else', async () => {
  const keys = await Promise.all(Array.from({ length: 8 }, () => loadKey({ key: null, dataFolder })))
  const again = await loadKey({ key: null, dataFolder })
  for (const each of keys) expect(each.subKey('a').equals(again.subKey('a'))).toBe(true)
  expect(await readdir(dataFolder)).toEqual(['key'])
  expect((await stat(path.join(dataFolder, 'key'))).mode & 0o777).toBe(0o600)
})

test('a key file that holds no key is named', async () => {
  await writeFile(path.join(dataFolder, 'key'), 'oops')
  await expect(loadKey({ key: null, dataFolder })).rejects.toThrow(/key does not hold a key of 32 bytes/)
})

test('a database knows the key it was begun with', async () => {
  const database = await testDatabase()
  const client = new pg.Client({ connectionString: database.url })
  await client.connect()
  await checkKey(client, key)
  await checkKey(client, key)
  await expect(checkKey(client, other)).rejects.toThrow('ANJU_KEY is not the key this database was begun with')
  await client.end()
  await database.drop()
})
