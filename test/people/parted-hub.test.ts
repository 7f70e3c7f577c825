import { afterAll, beforeAll, expect, test } from 'vitest'
import { changeDevice } from '@anju/prisma/device/apply'
import { transact } from '@anju/prisma/tx'
import { type Api, type Client, startTestApi } from '../api/api.fixture.ts'
import { deliver, press } from '../api/facts.fixture.ts'

/** A device that leaves its hub behind, while the hub's outbox is full. */
const ago = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString()

let api: Api
let lead: Client
let areaPath: string
beforeAll(async () => {
  api = await startTestApi()
  const area = await api.area('Parted')
  areaPath = area.path
  await api.user('parted-lead', 'shift-lead', area.id)
  lead = await api.signIn('parted-lead')
})
afterAll(() => api.stop())

async function household(name: string) {
  const { id, home } = (await lead.post('/api/elders', { name })).body
  const hub = (await lead.post('/api/devices', { kind: 'hub', homeId: home.id, label: `${name} hub` })).body
    .id as string
  return { id: id as string, homeId: home.id as string, hub }
}
type Household = Awaited<ReturnType<typeof household>>

async function child(kind: string, of: Household): Promise<string> {
  const { id } = (await lead.post('/api/devices', { kind, elderId: of.id, hubId: of.hub })).body
  await api.pool.query(`update assignment set valid_from = now() - interval '8 days' where device_id = any($1)`, [
    [id, of.hub],
  ])
  return id
}
const device = async (id: string) => (await lead.get(`/api/devices/${id}`)).body
const weigh = (id: string, scale: string, hours: number, via: string) =>
  deliver(api.pool, scale, 'reading', { id, at: ago(hours), kind: 'weight', value: 60, unit: 'kg' }, new Date(), via)
const readingsOf = async (elder: Household) =>
  (await lead.get(`/api/elders/${elder.id}/readings`)).body.items.map(
    ({ messageId }: { messageId: string }) => messageId,
  )
const weighed = async (scale: string) =>
  (
    await api.pool.query<{ id: string }>('select message_id as id from reading where device_id = $1 order by at', [
      scale,
    ])
  ).rows.map(({ id }) => id)

test('a device that hangs in another home than its hub says so, and so does the hub', async () => {
  const [old, next] = [await household('旧'), await household('新')]
  const scale = await child('scale', old)
  expect(await device(scale)).toMatchObject({ hub: { id: old.hub, homeId: old.homeId, apart: false } })
  await lead.post(`/api/devices/${scale}/bind`, { elderId: next.id, from: ago(2), move: true })
  expect(await device(scale)).toMatchObject({ hub: { id: old.hub, homeId: old.homeId, apart: true } })
  expect((await device(old.hub)).children).toMatchObject([{ id: scale, homeId: next.homeId, apart: true }])
  // What the hub of the old home still holds, or still hears, goes where the scale was at the time of each item.
  await weigh('before', scale, 5, old.hub)
  await weigh('after', scale, 1, old.hub)
  expect([await readingsOf(old), await readingsOf(next)]).toEqual([['before'], ['after']])
})

test('given another hub, it loses nothing of what the one before still held; but that one speaks for it no more', async () => {
  const [old, next] = [await household('甲'), await household('乙')]
  const scale = await child('scale', old)
  const { version } = await device(scale)
  await transact(api.pool, (tx) =>
    changeDevice(tx, scale, { version, change: { hubId: next.hub }, within: areaPath, now: new Date(ago(2)) }),
  )
  await weigh('held', scale, 5, old.hub)
  await weigh('stranger', scale, 1, old.hub)
  await weigh('new', scale, 1, next.hub)
  expect(await weighed(scale)).toEqual(['held', 'new'])
  const clockless = { id: 'now', kind: 'weight', value: 60, unit: 'kg' }
  await deliver(api.pool, scale, 'reading', clockless, new Date(), old.hub)
  expect(await weighed(scale)).toEqual(['held', 'new'])
})

test('a press through a hub that is not the button’s raises at the hub’s own home', async () => {
  const [old, next] = [await household('丙'), await household('丁')]
  const button = await child('button', old)
  const { version } = await device(button)
  await lead.send('PATCH', `/api/devices/${button}`, { version, hubId: next.hub })
  await deliver(api.pool, button, 'press', press(), new Date(), old.hub)
  const { items } = (await lead.get('/api/alarms?state=open')).body
  expect(items).toMatchObject([{ homeId: old.homeId, deviceId: old.hub }])
})
