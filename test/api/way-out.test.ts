import { newId } from '@anju/prisma/id'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { sms } from '../worker/outside.fixture.ts'
import { type Api, type Client, startTestApi } from './api.fixture.ts'

let api: Api
let county: { id: string; path: string }
let towns: { id: string; path: string }[]
let admin: Client
let lead: Client
beforeAll(async () => {
  api = await startTestApi()
  county = await api.area('County')
  towns = [await api.area('East', county.id), await api.area('West', county.id)]
  await api.user('admin', 'administrator', county.id)
  await api.user('lead', 'shift-lead', towns[0]?.id ?? '')
  admin = await api.signIn('admin')
  lead = await api.signIn('lead')
})
afterAll(() => api.stop())

const way = async (client: Client): Promise<string> => (await client.get('/api/desk')).body.outside
async function channel(areaId: string, more: object = {}): Promise<string> {
  const body = { areaId, name: '短信', reasons: ['no-seat'], channel: sms('https://sms.example/send'), ...more }
  const answer = await admin.post('/api/channels', body)
  expect([answer.status, answer.body.code]).toEqual([201, undefined])
  return answer.body.id
}
const livedIn = (areaId: string | undefined) =>
  api.pool.query(`insert into home (id, area_id, address, created_at) values ($1, $2, '1', now())`, [newId(), areaId])

test('an alarm can leave where somebody is told of it: above the whole scope, or in each part of it that is lived in', async () => {
  const [east, west] = towns
  await livedIn(east?.id)
  await livedIn(west?.id)
  expect([await way(admin), await way(lead)]).toEqual(['none', 'none'])
  await channel(east?.id ?? '')
  expect([await way(admin), await way(lead)]).toEqual(['none', 'configured'])
  const other = await channel(west?.id ?? '')
  expect([await way(admin), await way(lead)]).toEqual(['configured', 'configured'])
  await admin.send('PATCH', `/api/channels/${other}`, { version: 1, removed: true })
  expect([await way(admin), await way(lead)]).toEqual(['none', 'configured'])
  await channel(county.id)
  expect([await way(admin), await way(lead)]).toEqual(['configured', 'configured'])
})
