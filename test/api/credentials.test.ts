import { todayIn } from '@anju/domain/elder/day'
import { CREDENTIAL_KINDS, HELD_BY_ALL } from '@anju/domain/visit/credential'
import { DOCUMENT_BYTES_AT_MOST } from '@anju/domain/visit/document'
import { loadFitness, requireFit } from '@anju/prisma/credential/fitness'
import { poolQuery, transact } from '@anju/prisma/tx'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Api, type Client, startTestApi } from './api.fixture.ts'

const DAY_MS = 86_400_000
const needed = CREDENTIAL_KINDS.filter((kind) => HELD_BY_ALL[kind] !== undefined)
const base64 = (bytes: string | Buffer) => Buffer.from(bytes).toString('base64')

let api: Api
let county: { id: string; path: string }
let bureau: Client
let own: Client
let seat: Client
let ours: string
let theirs: string
beforeAll(async () => {
  api = await startTestApi()
  county = await api.area('County')
  for (const role of ['administrator', 'bureau', 'seat'] as const) await api.user(role, role, county.id)
  const admin = await api.signIn('administrator')
  bureau = await api.signIn('bureau')
  seat = await api.signIn('seat')
  const add = async (name: string) => (await bureau.post('/api/providers', { name, areaId: county.id })).body.id
  ours = await add('Ours')
  theirs = await add('Theirs')
  const invited = await admin.post('/api/users', { name: 'Boss', role: 'provider', providerId: ours })
  const token = new URL(invited.body.link).hash.slice(1)
  await api.client().post('/api/invitation/accept', { token, username: 'boss', password: 'boss keeps bees' })
  own = await api.signIn('boss', 'boss keeps bees')
})
afterAll(() => api.stop())

/** Of the county, which is a night ahead of UTC. */
const day = (days: number) => todayIn('Asia/Shanghai', new Date(api.deps.now().getTime() + days * DAY_MS))
const hire = async (name: string, providerId = ours) =>
  (await bureau.post('/api/caregivers', { providerId, name })).body.id as string
const enter = (id: string, kind: string, more: object = {}, as = own) =>
  as.post(`/api/caregivers/${id}/credentials`, { kind, issuedOn: day(-100), ...more })
async function fitted(name: string, providerId = ours): Promise<string> {
  const id = await hire(name, providerId)
  for (const kind of needed) expect((await enter(id, kind, {}, bureau)).status).toBe(201)
  return id
}
const fitness = (caregiverId: string, serviceIds: string[] = [], on = day(0)) =>
  loadFitness(poolQuery(api.pool), { caregiverId, serviceIds, day: on })

describe('who may be sent (P1.1)', () => {
  test('is told with what is missing, and may be sent once all seven are on file', async () => {
    const id = await hire('Mei')
    const none = (await own.get(`/api/caregivers/${id}/credentials`)).body
    expect(none).toMatchObject({ fit: false, items: [] })
    expect(none.missing.map(({ kind, why }: { kind: string; why: string }) => [kind, why])).toEqual(
      needed.map((kind) => [kind, 'never']),
    )
    for (const kind of needed) await enter(id, kind)
    expect((await own.get(`/api/caregivers/${id}/credentials`)).body).toMatchObject({ fit: true, missing: [] })
    expect(await fitness(id)).toEqual({ fit: true })
    const unfit = { caregiverId: await hire('Unfit'), serviceIds: [], day: day(0) }
    await expect(transact(api.pool, (tx) => requireFit(tx, unfit))).rejects.toMatchObject({
      code: 'not-fit-to-send',
      more: { missing: [{ kind: 'daily-care-training', why: 'never' }, ...Array(6).fill({ why: 'never' })] },
    })
  })
  test('the dispatcher hears what a service asks beside, and what will have run out by that day', async () => {
    const id = await fitted('Lan')
    const service = { areaId: county.id, code: '9', category: 'medical', name: 'Rehabilitation' }
    const asked = { ...service, credentials: ['rehabilitation-certificate'] }
    const { body } = await bureau.post('/api/services', asked)
    expect(await fitness(id, [body.id])).toMatchObject({
      missing: [{ kind: 'rehabilitation-certificate', rule: 'service', why: 'never', services: [body.id] }],
    })
    await enter(id, 'rehabilitation-certificate', { expiresOn: day(3) })
    expect(await fitness(id, [body.id])).toEqual({ fit: true })
    expect(await fitness(id, [body.id], day(4))).toMatchObject({ missing: [{ why: 'expired', day: day(3) }] })
    await expect(fitness(id, [crypto.randomUUID()])).rejects.toMatchObject({ code: 'not-found' })
    await expect(fitness(crypto.randomUUID())).rejects.toMatchObject({ code: 'not-found' })
  })
  test('whoever left has no contract of employment from that day on', async () => {
    const id = await fitted('Leaver')
    expect((await bureau.send('PATCH', `/api/caregivers/${id}`, { version: 1, left: true })).status).toBe(200)
    expect(await fitness(id, [], day(-1))).toEqual({ fit: true })
    expect(await fitness(id)).toMatchObject({ missing: [{ kind: 'contract', why: 'expired' }] })
    expect((await enter(id, 'exam')).body.code).toBe('caregiver-left')
  })
  test('what was withdrawn counts no more, stays on file with why, and is withdrawn once', async () => {
    const id = await fitted('Bert')
    const { items } = (await own.get(`/api/caregivers/${id}/credentials`)).body
    const check = items.find(({ kind }: { kind: string }) => kind === 'medical-check')
    const withdraw = () => own.post(`/api/credentials/${check.id}/withdraw`, { reason: 'of another person' })
    expect((await Promise.all([withdraw(), withdraw()])).map(({ status }) => status).toSorted()).toEqual([204, 409])
    const after = (await own.get(`/api/caregivers/${id}/credentials`)).body
    expect(after).toMatchObject({ fit: false, missing: [{ kind: 'medical-check', why: 'withdrawn' }] })
    expect(after.items.find((one: { id: string }) => one.id === check.id).withdrawn).toMatchObject({
      by: { name: 'Boss' },
      reason: 'of another person',
    })
    const history = (await own.get(`/api/history?subject=caregiver:${id}`)).body.items
    expect(history[0]).toMatchObject({ action: 'credential-withdrawn', reason: 'of another person' })
  })
})

describe('a provider’s own user', () => {
  test('sees and changes the credentials of their caregivers alone', async () => {
    const stranger = await fitted('Stranger', theirs)
    const [theirsOne] = (await bureau.get(`/api/caregivers/${stranger}/credentials`)).body.items
    expect((await own.get(`/api/caregivers/${stranger}/credentials`)).status).toBe(404)
    expect((await enter(stranger, 'exam')).status).toBe(404)
    expect((await own.post(`/api/credentials/${theirsOne.id}/withdraw`, { reason: 'x' })).status).toBe(404)
    expect((await own.get(`/api/history?subject=caregiver:${stranger}`)).status).toBe(404)
    const worklist = (await own.get(`/api/credentials/worklist?providerId=${theirs}`)).body
    expect(worklist).toMatchObject({ items: [], counts: { expiring: 0, missing: 0, unfit: 0 } })
  })
})

describe('a paper', () => {
  const png = Buffer.from('89504e470d0a1a0a', 'hex')
  test('is kept as what it is, and read by who answers for it', async () => {
    const id = await hire('Paper')
    const put = async (data: Buffer | string) =>
      (await enter(id, 'medical-check', { data: base64(data), expiresOn: day(300) })).body.items[0]
    const pdf = await put('%PDF-1.7\nbody')
    expect(pdf.document).toBe('application/pdf')
    const got = await own.get(`/api/credentials/${pdf.id}/document`)
    expect([got.status, got.headers.get('content-type'), got.headers.get('x-content-type-options')]).toEqual([
      200,
      'application/pdf',
      'nosniff',
    ])
    expect(got.headers.get('content-disposition')).toMatch(/^attachment/)
    await enter(id, 'exam', { data: base64(png) })
    expect((await seat.get(`/api/credentials/${pdf.id}/document`)).status).toBe(403)
    expect((await seat.get(`/api/caregivers/${id}/credentials`)).status).toBe(200)
  })
  test.each([
    ['a text that is called a PDF', base64('not a paper'), 422, 'document-unreadable'],
    ['a program', base64('MZ\x90'), 422, 'document-unreadable'],
    ['nothing', '', 422, 'document-unreadable'],
    [
      'more than 4 MB',
      base64(Buffer.concat([Buffer.from('%PDF-'), Buffer.alloc(DOCUMENT_BYTES_AT_MOST)])),
      413,
      'document-too-large',
    ],
  ])('that is %s is refused with a clear code', async (_, data, status, code) => {
    const answer = await enter(await hire('Bad'), 'exam', { data })
    expect([answer.status, answer.body.code]).toEqual([status, code])
  })
  test('of 60 MB is refused before it is read', async () => {
    const id = await hire('Large')
    // said to be that large, and not sent: nobody waits for it
    const { promise, resolve } = Promise.withResolvers<[number, string]>()
    const { request } = await import('node:http')
    const path = `${api.url}/api/caregivers/${id}/credentials`
    const headers = {
      'content-type': 'application/json',
      'content-length': 60 * 1024 * 1024,
      cookie: own.cookie,
      origin: api.url,
    }
    const asked = request(path, { method: 'POST', headers }, (answer) => {
      let text = ''
      answer.on('data', (part: Buffer) => (text += part.toString()))
      answer.on('end', () => resolve([answer.statusCode ?? 0, JSON.parse(text).code]))
    })
    asked.on('error', () => undefined)
    asked.write('{')
    expect(await promise).toEqual([413, 'payload-too-large'])
    asked.destroy()
  })
  test('runs out no earlier than it was given', async () => {
    const answer = await enter(await hire('Order'), 'exam', { issuedOn: day(0), expiresOn: day(-1) })
    expect(answer.body.code).toBe('time-order')
  })
})

test('what runs out within 30 days comes first, the soonest at the top; then what is missing; who left is let go', async () => {
  const { id: areaId } = await api.area('Town', county.id)
  const { id: providerId } = (await bureau.post('/api/providers', { name: 'Watched', areaId })).body
  const [soon, sooner, gone] = [
    await fitted('Soon', providerId),
    await fitted('Sooner', providerId),
    await fitted('Gone', providerId),
  ]
  const renew = async (id: string, kind: string, expiresOn: string) => {
    const { items } = (await bureau.get(`/api/caregivers/${id}/credentials`)).body
    const held = items.find((one: { kind: string }) => one.kind === kind)
    await bureau.post(`/api/credentials/${held.id}/withdraw`, { reason: 'ends' })
    await enter(id, kind, { expiresOn }, bureau)
  }
  await renew(soon, 'medical-check', day(20))
  await renew(sooner, 'exam', day(5))
  await renew(sooner, 'contract', day(-1))
  await renew(gone, 'exam', day(5))
  const leaves = await bureau.send('PATCH', `/api/caregivers/${gone}`, { version: 1, left: true })
  expect(leaves.status).toBe(200)
  const list = async (query = '') =>
    (await bureau.get(`/api/credentials/worklist?providerId=${providerId}${query}`)).body
  const rows = ({ items }: { items: any[] }) =>
    items.map(({ caregiver, kind, state, inDays }) => [caregiver.name, kind, state, inDays])
  const all = await list()
  expect(rows(all)).toEqual([
    ['Sooner', 'exam', 'expiring', 5],
    ['Soon', 'medical-check', 'expiring', 20],
    ['Sooner', 'contract', 'expired', null],
  ])
  expect(all.counts).toEqual({ expiring: 2, missing: 1, unfit: 1 })
  expect(rows(await list('&show=missing'))).toHaveLength(1)
  const first = await list('&limit=2')
  expect(rows(await list(`&limit=2&cursor=${first.next}`))).toEqual(rows(all).slice(2))
})

describe('kinship', () => {
  test('is declared once, shown in both files, and ended with its history kept', async () => {
    const id = await hire('Kin')
    const elder = await newElder()
    const kinship = { caregiverId: id, elderId: elder, relation: '外甥女' }
    const declared = await bureau.post('/api/kinships', kinship)
    expect(declared).toMatchObject({
      status: 201,
      body: { items: [{ elder: { name: '王秀兰' }, relation: '外甥女' }] },
    })
    expect((await bureau.post('/api/kinships', kinship)).body.code).toBe('kinship-declared')
    expect((await seat.get(`/api/elders/${elder}/kinships`)).body.items).toMatchObject([{ caregiver: { name: 'Kin' } }])
    const { id: kinshipId } = declared.body.items[0]
    expect((await bureau.post(`/api/kinships/${kinshipId}/end`, { reason: 'namesake' })).status).toBe(204)
    expect((await bureau.post(`/api/kinships/${kinshipId}/end`, {})).status).toBe(404)
    expect((await seat.get(`/api/elders/${elder}/kinships`)).body.items).toEqual([])
    const history = (await seat.get(`/api/history?subject=elder:${elder}`)).body.items
    expect(history.slice(0, 2)).toMatchObject([
      { action: 'kin-ended', before: { kin: 'Kin · 外甥女' }, reason: 'namesake' },
      { action: 'kin-declared' },
    ])
  })
  test('a provider’s own declares it for whom the provider visits, and hears no other name', async () => {
    const id = await hire('Kin of mine')
    const [visited, other] = [await newElder('李大山'), await newElder('赵小河')]
    await visit(visited, ours)
    await visit(other, theirs)
    const declare = (elderId: string) => own.post('/api/kinships', { caregiverId: id, elderId, relation: 'son' })
    expect([(await declare(visited)).status, (await declare(other)).status]).toEqual([201, 404])
    expect((await own.get(`/api/providers/${ours}/elders?search=`)).body.items).toEqual([
      { id: visited, name: '李大山' },
    ])
    expect((await own.get(`/api/providers/${theirs}/elders`)).status).toBe(404)
  })
})

async function newElder(name = '王秀兰'): Promise<string> {
  const { body, status } = await bureau.post('/api/elders', { name, areaId: county.id })
  expect(status).toBe(201)
  return body.id
}

async function visit(elderId: string, providerId: string): Promise<void> {
  await api.pool.query(
    `insert into visit (id, area_id, area_path, elder_id, home_id, provider_id, planned_from, planned_to, state, made_at)
     select gen_random_uuid(), $3, $4, id, home_id, $2, $5, $6, 'planned', $5 from elder where id = $1`,
    [elderId, providerId, county.id, county.path, api.deps.now(), new Date(api.deps.now().getTime() + 3_600_000)],
  )
}
