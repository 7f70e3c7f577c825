import { mkdtemp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { compress } from './build.ts'

const script = 'const desk = 1\n'.repeat(1000)
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'anju-build-'))
  await mkdir(path.join(folder, 'assets'))
  await writeFile(path.join(folder, 'assets', 'desk.js'), script)
  await writeFile(path.join(folder, 'assets', 'short.js'), '1')
  await writeFile(path.join(folder, 'assets', 'sound.wav'), script)
  await compress(folder)
})
afterAll(() => rm(folder, { recursive: true }))

test('a file of text has packed copies beside it that unpack to itself; what would not be smaller has none', async () => {
  const beside = await readdir(path.join(folder, 'assets'))
  expect(beside.sort()).toEqual(['desk.js', 'desk.js.br', 'desk.js.gz', 'short.js', 'sound.wav'])
  const read = (ending: string) => readFile(path.join(folder, 'assets', `desk.js${ending}`))
  expect(gunzipSync(await read('.gz')).toString()).toBe(script)
  expect(brotliDecompressSync(await read('.br')).toString()).toBe(script)
})
