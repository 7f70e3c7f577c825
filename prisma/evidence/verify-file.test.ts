import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { commit, nextEntry } from '@anju/domain/evidence/chain'
import { writeExport, writeRoot } from '@anju/domain/evidence/export'
import { copyOf } from '@anju/domain/evidence/second-copy'
import { writeVisitExport } from '@anju/domain/evidence/visit-export'
import { SECRET, visitPayload } from '@anju/domain/evidence/visit-export.fixture'
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
  const sealed = { ...root, signature: signRoot(root, secretKey), sealedHeads: [first] }
  const day = writeRoot(sealed, new Set([elderId]))
  const written = Buffer.from(writeExport([{ elderId, entries: [first, second], contents: [] }], [day])).toString()
  await writeFile(join(folder, 'whole.json'), written)
  const demo = writeExport([{ elderId, entries: [first, second], contents: [] }], [day], { demo: true })
  await writeFile(join(folder, 'demo.json'), demo)
  const { payload } = visitPayload()
  const visit = Buffer.from(writeVisitExport(payload, SECRET)).toString()
  await writeFile(join(folder, 'visit.json'), visit)
  await writeFile(join(folder, 'altered-visit.json'), visit.replace('"counter":61', '"counter":60'))
  await writeFile(join(folder, 'cut.json'), visit.slice(0, 9000))
  await mkdir(join(folder, 'roots'))
  for (const { day: of, heads, root: hex, signature } of payload.roots.slice(0, 1)) {
    const bytes = (text: string) => Buffer.from(text, 'hex')
    const copy = copyOf({ day: of, heads, root: bytes(hex), signature: bytes(signature) }, publicKeyOf(SECRET))
    await writeFile(join(folder, 'roots', copy.name), copy.text)
  }
  await writeFile(join(folder, 'altered.json'), written.replace(String.raw`\"presses\":1`, String.raw`\"presses\":2`))
})
afterAll(() => rm(folder, { recursive: true }))

/** The verifier as an outsider runs it. */
function verify(...args: string[]): Promise<{ code: number; said: string }> {
  return new Promise((resolve) => {
    const program = join(import.meta.dirname, 'verify-file.ts')
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

  it('proves a visit without being given a key, and says what a person still has to compare', async () => {
    const { code, said } = await verify('visit.json')
    expect(code).toBe(0)
    expect(said).toContain(
      `compare it with the one you were given\n  ${Buffer.from(publicKeyOf(SECRET)).toString('hex')}`,
    )
    expect(said).toContain('proved by the chain: 5 of 5 steps, 2 of 2 ends, 1 of 1 files')
    expect(said.trimEnd().split('\n').at(-1)).toBe('Nothing was altered.')
  })

  it('holds a visit against the second party’s copies, day by day', async () => {
    const { code, said } = await verify('visit.json', '--roots', 'roots')
    expect(code).toBe(0)
    expect(said).toContain('day 2026-11-30: sealed, and the second party keeps the same root')
    expect(said).toContain('day 2026-12-01: sealed; the second party’s copies do not have this day')
  })

  it('names the field of a visit that was changed, and a file that was cut off', async () => {
    const altered = await verify('altered-visit.json')
    expect(altered.code).toBe(1)
    expect(altered.said).toContain(
      'ALTERED  record.presences[0].raw.counter (field-changed): was changed after the export',
    )
    expect(await verify('cut.json')).toMatchObject({ code: 1, said: expect.stringContaining('ALTERED  the file') })
  })

  it('ends with 2 when there is nothing to verify', async () => {
    expect(await verify('whole.json')).toMatchObject({ code: 2 })
    expect(await verify('missing.json', '--key', key)).toMatchObject({ code: 2 })
  })
})
