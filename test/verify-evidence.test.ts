import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { commit, nextEntry } from '@anju/domain/evidence/chain'
import { writeExport } from '@anju/domain/evidence/export'
import { rootOf, publicKeyOf, signRoot } from '@anju/domain/evidence/root'

const secretKey = new Uint8Array(32).fill(5)
const publicKey = publicKeyOf(secretKey)
const elderId = '00000000-0000-7000-8000-000000000001'
const key = Buffer.from(publicKey).toString('hex')
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'anju-evidence-'))
  const commitment = commit('note', 'fell beside the bed', new Uint8Array(32).fill(6))
  const fact = { elderId, kind: 'alarm', at: new Date('2026-11-22T08:00:00Z'), body: { presses: 1 } }
  const first = nextEntry(null, fact, [commitment])
  const second = nextEntry(first, fact, [])
  const root = rootOf('2026-11-22', [first])
  const day = { ...root, signature: signRoot(root, secretKey), sealedHeads: [first] }
  const written = Buffer.from(writeExport([{ elderId, entries: [first, second], contents: [] }], [day])).toString()
  await writeFile(join(folder, 'whole.json'), written)
  const demo = writeExport([{ elderId, entries: [first, second], contents: [] }], [day], { demo: true })
  await writeFile(join(folder, 'demo.json'), demo)
  await writeFile(join(folder, 'altered.json'), written.replace(String.raw`\"presses\":1`, String.raw`\"presses\":2`))
})
afterAll(() => rm(folder, { recursive: true }))

/** The verifier as an outsider runs it. */
function verify(...args: string[]): Promise<{ code: number; said: string }> {
  return new Promise((resolve) => {
    const program = join(import.meta.dirname, 'verify-evidence.ts')
    execFile(process.execPath, [program, ...args], { cwd: folder }, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, said: stdout + stderr })
    })
  })
}

describe('the offline verifier', () => {
  it('says of a whole export how far it is sealed and what was erased', async () => {
    expect(await verify('whole.json', '--key', key)).toEqual({
      code: 0,
      said:
        'day 2026-11-22: root over 1 chains, 1 of this file proved\n' +
        `elder ${elderId}: 2 entries, 1 under a signed root; entries 2 to 2 are not yet sealed; 1 personal contents erased\n` +
        'Nothing was altered.\n',
    })
  })

  it('says first that the people of a demo do not exist', async () => {
    const { code, said } = await verify('demo.json', '--key', key)
    expect(code).toBe(0)
    expect(said.split('\n')[0]).toBe('演示数据 / demo data')
  })

  it('names the altered entry and ends with 1', async () => {
    const { code, said } = await verify('altered.json', '--key', key)
    expect(code).toBe(1)
    expect(said).toContain(`ALTERED  elder ${elderId}, entry 1, entry-altered`)
  })

  it('ends with 2 when there is nothing to verify', async () => {
    expect(await verify('whole.json')).toMatchObject({ code: 2 })
    expect(await verify('missing.json', '--key', key)).toMatchObject({ code: 2 })
  })
})
