import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { handOver } from '@anju/api/anchor/hand-over'
import { sealDay } from '@anju/prisma/evidence/apply'
import { signingKey } from '@anju/prisma/evidence/seal'
import { transact } from '@anju/prisma/tx'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Api, type Client, startTestApi } from './api.fixture.ts'

let api: Api
let folder: string
let lead: Client
let elsewhere: Client
let mailbox: { id: string; area: { id: string } }
beforeAll(async () => {
  api = await startTestApi()
  folder = await mkdtemp(join(tmpdir(), 'anju-anchor-'))
  const [here, there] = [await api.area('柳树县'), await api.area('石桥县')]
  await api.user('lead', 'administrator', here.id)
  await api.user('elsewhere', 'bureau', there.id)
  await api.user('seat', 'seat', here.id)
  lead = await api.signIn('lead')
  elsewhere = await api.signIn('elsewhere')
  const settings = {
    ...{ host: '127.0.0.1', port: 1, security: 'none', authority: '', user: '', password: '', language: 'zh-CN' },
    ...{ from: 'anju@county.example', to: ['bureau@county.example'] },
  }
  const channel = {
    areaId: here.id,
    name: '民政局邮箱',
    reasons: [],
    keepsRoots: true,
    channel: { kind: 'email', settings },
  }
  const added = await lead.post('/api/channels', channel)
  expect([added.status, added.body.keepsRoots, added.body.reasons]).toEqual([201, true, []])
  mailbox = added.body
  for (const day of ['2026-11-24', '2026-11-25', '2026-11-28']) {
    await transact(api.pool, (tx) => sealDay(tx, day, signingKey(api.deps.key)))
  }
  await handOver({ pool: api.pool, key: api.deps.key, folder, log: api.deps.log }, api.deps.now())
})
afterAll(async () => {
  await api.stop()
  await rm(folder, { recursive: true })
})

test('each day is listed with its root, who has it, and who has not yet; days that were not sealed are gaps', async () => {
  const { body } = await lead.get('/api/anchors')
  expect(body.items.map(({ day, sealed }: { day: string; sealed: object | null }) => [day, sealed !== null])).toEqual([
    ['2026-11-28', true],
    ['2026-11-27', false],
    ['2026-11-26', false],
    ['2026-11-25', true],
    ['2026-11-24', true],
  ])
  expect(body.items[0].parties).toMatchObject([
    { way: 'folder', channel: null, handed: { to: folder, digest: expect.stringMatching(/^[0-9a-f]{64}$/) } },
    { way: 'email', channel: { id: mailbox.id, name: '民政局邮箱' }, attempts: 1, handed: null },
  ])
  expect(body.key).toMatch(/^[0-9a-f]{64}$/)
})

test('it is paged, and a gap at the seam is told', async () => {
  const first = (await lead.get('/api/anchors?limit=1')).body
  const second = (await lead.get(`/api/anchors?limit=9&cursor=${first.next}`)).body
  expect(first.items.map(({ day }: { day: string }) => day)).toEqual(['2026-11-28', '2026-11-27', '2026-11-26'])
  expect([second.items.length, second.next]).toEqual([2, null])
})

test('every attempt is listed with what the other side said', async () => {
  const { body } = await lead.get('/api/anchor-attempts')
  expect(body.items).toHaveLength(2)
  expect(body.items).toEqual(
    expect.arrayContaining([
      expect.objectContaining({
        way: 'folder',
        to: folder,
        firstDay: '2026-11-24',
        lastDay: '2026-11-28',
        error: null,
      }),
      expect.objectContaining({ way: 'email', to: 'bureau@county.example', error: expect.stringMatching(/REFUSED/) }),
    ]),
  )
})

test('another county sees the roots and the folder, not the mailbox; a seat sees none', async () => {
  const { body } = await elsewhere.get('/api/anchors')
  expect(body.items[0].parties.map(({ way }: { way: string }) => way)).toEqual(['folder'])
  expect((await elsewhere.get('/api/anchor-attempts')).body.items).toHaveLength(1)
  expect((await (await api.signIn('seat')).get('/api/anchors')).status).toBe(403)
})

test('a channel is told something, and only e-mail keeps roots', async () => {
  const { channel, version } = (await lead.get(`/api/channels/${mailbox.id}`)).body
  expect(channel.settings.to).toEqual(['bureau@county.example'])
  const nothing = await lead.send('PATCH', `/api/channels/${mailbox.id}`, { version, keepsRoots: false })
  expect([nothing.status, nothing.body.code]).toEqual([400, 'invalid-request'])
  const webhook = { kind: 'webhook', settings: { url: 'https://bureau.example/', secret: `whsec_${'A'.repeat(32)}` } }
  const refused = await lead.post('/api/channels', {
    areaId: mailbox.area.id,
    name: 'x',
    reasons: [],
    keepsRoots: true,
    channel: webhook,
  })
  expect([refused.status, refused.body.code]).toEqual([400, 'invalid-request'])
})
