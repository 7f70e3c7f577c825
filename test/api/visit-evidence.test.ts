import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { handOver } from '@anju/api/anchor/hand-over'
import { readCopies } from '@anju/domain/evidence/second-copy'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { publicKeyOf } from '@anju/domain/evidence/root'
import { verifyVisit, type VisitVerification } from '@anju/domain/evidence/verify-visit'
import { appendEvidence, sealDay } from '@anju/prisma/evidence/apply'
import { signingKey } from '@anju/prisma/evidence/seal'
import { lockSubjects, transact } from '@anju/prisma/tx'
import { type Api, type Client, startTestApi } from './api.fixture.ts'
import { type Door, tagAtDoor } from './door.fixture.ts'
import { planned, type Village, village } from './visit.fixture.ts'

let api: Api
let here: Village
let door: Door
let visitId: string
let other: string
let publicKey: Uint8Array
const phoneId = crypto.randomUUID()
let facts = 0
const fact = () => ({ phoneId, key: `k${facts++}` })
const now = () => api.deps.now().toISOString()
const MINUTE = 60_000

beforeAll(async () => {
  api = await startTestApi()
  here = await village(api)
  publicKey = publicKeyOf(signingKey(api.deps.key))
  door = await tagAtDoor(here.lead, here.homeId, '04DE5F1EACC041')
  const { client, id: caregiverId } = here.caregivers[0]!
  visitId = await planned(api, here, { caregiverId })
  await tap(client)
  api.clock.offsetMs += 20 * MINUTE
  const conditions = { 'family-present': { met: true, who: '女儿李梅' } }
  await client.post(`/api/visits/${visitId}/services`, { services: [{ id: here.serviceId, done: true, conditions }] })
  const photo = { ...fact(), kind: 'photo', data: PIXEL, caption: '擦好的窗' }
  expect((await client.post(`/api/visits/${visitId}/files`, photo)).status).toBe(201)
  api.clock.offsetMs += 41 * MINUTE
  await tap(client)
  const signed = { how: 'thumb', by: '张桂英', witness: '邻居王姨' }
  await client.post(`/api/visits/${visitId}/evaluation`, {
    face: 'good',
    said: '很满意',
    signed,
    propertyChecked: true,
  })
  // another visit of hers, whose affair this is not
  other = await planned(api, here, { inMin: 180 })
  await here.office.post(`/api/visits/${other}/notes`, { text: '别的一次上门的事' })
  await seal('2026-11-29')
})
afterAll(() => api.stop())

const tap = (client: Client) =>
  client.post('/api/presences', { ...fact(), way: 'tag', url: door.tap(), deviceAt: now(), sentAt: now() })
const seal = (day: string) => transact(api.pool, (tx) => sealDay(tx, day, signingKey(api.deps.key)))
/** The file's own bytes: not one may be another. */
async function exported(
  client: Client,
  id = visitId,
  headers = {},
): Promise<{ status: number; text: string; code?: string }> {
  const response = await fetch(`${api.url}/api/visits/${id}/evidence`, {
    headers: { cookie: client.cookie, ...headers },
  })
  const text = await response.text()
  return { status: response.status, text, code: JSON.parse(text).code }
}
const bytesOf = ({ text }: { text: string }): Buffer => Buffer.from(text)
const verified = async (client = here.bureau): Promise<VisitVerification> =>
  verifyVisit(bytesOf(await exported(client)), { publicKey })

test('a whole visit comes as one file that proves itself: every step, both ends, the photo, under the day’s root', async () => {
  const answer = await exported(here.bureau)
  expect(answer.status).toBe(200)
  const proved = verifyVisit(bytesOf(answer), { publicKey })
  expect(proved.findings).toEqual([])
  const { rows } = await api.pool.query('select count(*)::int as n from visit_entry where visit_id = $1', [visitId])
  const steps = rows[0]?.n
  expect(proved).toMatchObject({
    whole: true,
    steps: { all: steps, proved: steps },
    ends: { all: 2, proved: 2 },
    files: { all: 1, proved: 1 },
    days: [{ day: '2026-11-29' }],
  })
  expect(proved.chain.sealed).toBe(proved.chain.last)
  const chained = await api.pool.query(
    `select count(*)::int as n from evidence where position($1 in convert_from(body, 'UTF8')) > 0`,
    [visitId],
  )
  expect(chained.rows[0]?.n).toBe(steps) // each act once
  expect(answer.text).toContain('邻居王姨')
  expect(answer.text).not.toContain('别的一次上门的事')
})

test('what is known later stands under a later day, or is said to be not yet sealed', async () => {
  await here.office.post(`/api/visits/${visitId}/notes`, { text: '家属来电感谢' })
  const open = await verified()
  expect(open.whole).toBe(true)
  expect(open.chain.last).toBeGreaterThan(open.chain.sealed)
  await seal('2026-11-30')
  const closed = await verified()
  expect([closed.chain.sealed, closed.days.map(({ day }) => day)]).toEqual([
    closed.chain.last,
    ['2026-11-29', '2026-11-30'],
  ])
})

test('a day’s root that was handed over says to whom, and their copy is held against it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'anju-roots-'))
  await handOver({ pool: api.pool, key: api.deps.key, folder, log: api.deps.log }, api.deps.now())
  const files = (await readdir(folder)).sort()
  const copies = (await Promise.all(files.map((name) => readFile(join(folder, name), 'utf8')))).flatMap(readCopies)
  await rm(folder, { recursive: true })
  const file = bytesOf(await exported(here.bureau))
  const proved = verifyVisit(file, { publicKey, copies })
  expect(proved.findings).toEqual([])
  expect(proved.days.map(({ day, copy, handed }) => [day, copy, handed.map(({ how, to }) => `${how} ${to}`)])).toEqual([
    ['2026-11-29', 'agrees', [`folder ${folder}`]],
    ['2026-11-30', 'agrees', [`folder ${folder}`]],
  ])
  const others = copies.map((copy) => ({
    ...copy,
    root: copy.root.replace(/^./, (sign) => (sign === '0' ? '1' : '0')),
  }))
  expect(verifyVisit(file, { copies: others }).findings.map(({ path, code }) => `${code} ${path}`)).toEqual([
    'second-copy-differs roots[0].root',
    'second-copy-differs roots[1].root',
  ])
})

test('who took it is written down; its provider may, a seat and another provider may not, an auditor says why', async () => {
  expect((await exported(here.office)).status).toBe(200)
  expect((await exported(here.caregivers[0]!.client)).code).toBe('not-allowed')
  const far = await village(api, '杨树村')
  expect([(await exported(far.office)).code, (await exported(far.bureau)).code]).toEqual(['not-found', 'not-found'])
  const { rows } = await api.pool.query<{ id: string }>('select parent_id as id from area where id = $1', [here.areaId])
  await api.user('auditor', 'auditor', rows[0]!.id)
  const auditor = await api.signIn('auditor')
  expect((await exported(auditor)).code).toBe('reason-required')
  expect((await exported(auditor, visitId, { 'anju-reason': encodeURIComponent('抽查') })).status).toBe(200)
  const log = (await here.bureau.get(`/api/access-log?elderId=${here.elderId}`)).body.items
  expect(log[0]).toMatchObject({
    action: 'export-evidence',
    reason: `visit:${visitId} 抽查`,
    user: { name: 'name of auditor' },
  })
  expect(log.map(({ user }: { user: { name: string } }) => user.name)).toContain('name of 柳树村 office')
})

test('that 12349 reached nobody is in the bureau’s file, and not in the provider’s', async () => {
  await here.lead.post(`/api/visits/${visitId}/feedback`, { reached: false })
  const [bureau, office] = [await exported(here.bureau), await exported(here.office)]
  expect([bureau.text.includes('feedback-not-reached'), office.text.includes('feedback-not-reached')]).toEqual([
    true,
    false,
  ])
  expect([verifyVisit(bytesOf(bureau)).findings, verifyVisit(bytesOf(office)).findings]).toEqual([[], []])
})

test('a row changed in the database afterwards is named, though the file is signed', async () => {
  const change = (from: string, to: string) =>
    api.pool.query(
      `update visit_entry set body = replace(body::text, $2, $3)::jsonb where visit_id = $1 and kind = 'evaluated'`,
      [visitId, from, to],
    )
  await change('good', 'fair')
  const { findings } = await verified()
  await change('fair', 'good')
  expect(findings.map(({ code, path }) => [code, path.replace(/\d+/, 'n')])).toEqual([
    ['record-differs', 'record.entries[n].body.face'],
  ])
  await api.pool.query('update presence set counter = counter + 1 where visit_id = $1', [visitId])
  const raw = await verified()
  await api.pool.query('update presence set counter = counter - 1 where visit_id = $1', [visitId])
  expect(raw.findings.map(({ path }) => path)).toEqual([
    'record.presences[0].raw.counter',
    'record.presences[1].raw.counter',
  ])
  expect((await verified()).whole).toBe(true)
})

test('lawful deletion takes the words and the picture, leaves the chain whole, and is said with day, person and ground', async () => {
  const before = (await here.bureau.get(`/api/visits/${visitId}`)).body
  const own = (kind: string) => before.entries.find((entry: { kind: string }) => entry.kind === kind).id
  const erase = {
    ground: 'request',
    note: '家属书面申请',
    entries: [own('evaluated'), own('served')],
    presences: [],
    files: [before.files[0].id],
  }
  expect((await here.office.post(`/api/visits/${visitId}/erase`, erase)).body.code).toBe('not-allowed')
  const strange = { ...erase, entries: [crypto.randomUUID()] }
  expect((await here.lead.post(`/api/visits/${visitId}/erase`, strange)).body.code).toBe('not-found')
  expect((await here.lead.post(`/api/visits/${visitId}/erase`, erase)).status).toBe(200)
  const answer = await exported(here.bureau)
  const proved = verifyVisit(bytesOf(answer), { publicKey })
  expect(proved.findings).toEqual([])
  expect(proved.erased.map(({ name, ground }) => [name, ground]).sort()).toEqual(
    ['caption', 'entry', 'entry'].map((name) => [name, 'request']),
  )
  const after = (await here.bureau.get(`/api/visits/${visitId}`)).body
  expect(after.services[0].said).toEqual({ 'family-present': { met: true, erased: true } })
  for (const gone of ['很满意', '女儿李梅', '邻居王姨', '擦好的窗', PIXEL]) expect(answer.text).not.toContain(gone)
})

test('what was read at an end is deleted apart from its step, which stays proved', async () => {
  const { presences } = (await here.bureau.get(`/api/visits/${visitId}`)).body
  const before = await verified()
  const erase = { ground: 'court', note: '裁定', entries: [], presences: [presences[0].id], files: [] }
  expect((await here.lead.post(`/api/visits/${visitId}/erase`, erase)).status).toBe(200)
  const after = await verified()
  expect([after.findings, after.erased.filter(({ ground }) => ground === 'court').map(({ name }) => name)]).toEqual([
    [],
    ['raw'],
  ])
  expect([after.steps.proved, after.ends.proved]).toEqual([before.steps.proved + 1, before.ends.proved - 1])
})

test('words that were chained a second time, as every act was until December 2026, go with their step', async () => {
  const text = '老张夫人说的话'
  await here.office.post(`/api/visits/${visitId}/notes`, { text })
  const { entries } = (await here.bureau.get(`/api/visits/${visitId}`)).body
  const step = entries.find((entry: { body: { text?: string } }) => entry.body.text === text)
  const { elderId } = here
  const older = { elderId, at: new Date(step.at), kind: 'visit-approved', body: { visitId, presenceId: visitId } }
  await transact(api.pool, async (tx) => {
    await lockSubjects(tx, [`elder:${elderId}`])
    await appendEvidence(tx, { ...older, personal: { note: text } })
  })
  const erase = { ground: 'request', note: '申请', entries: [step.id], presences: [], files: [] }
  expect((await here.lead.post(`/api/visits/${visitId}/erase`, erase)).status).toBe(200)
  const answer = await exported(here.bureau)
  expect(verifyVisit(bytesOf(answer), { publicKey }).findings).toEqual([])
  expect(answer.text).not.toContain(text)
})

/** One pixel. */
const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
