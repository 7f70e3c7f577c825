import { expect } from 'vitest'
import { HELD_BY_ALL } from '@anju/domain/visit/credential'
import type { Api, Client } from './api.fixture.ts'

/** A provider with a contract, two caregivers who sign in, a service, and an elder to visit. */
export interface Village {
  areaId: string
  providerId: string
  elderId: string
  homeId: string
  serviceId: string
  lead: Client
  bureau: Client
  office: Client
  caregivers: { id: string; client: Client }[]
}

export async function village(api: Api, name = '柳树村', parentId?: string): Promise<Village> {
  const county = await api.area(`${name}县`, parentId)
  const area = await api.area(name, county.id)
  await api.user(`${name} lead`, 'administrator', county.id)
  await api.user(`${name} bureau`, 'bureau', county.id)
  const lead = await api.signIn(`${name} lead`)
  const bureau = await api.signIn(`${name} bureau`)
  const provider = await made(lead, '/api/providers', { name: `${name}养老服务站`, areaId: county.id })
  const elder = await made(lead, '/api/elders', { name: '张桂英', areaId: area.id, address: '3 组 12 号' })
  const serviceId = crypto.randomUUID()
  await api.pool.query(
    `insert into service (id, area_id, code, category, name, made_at) values ($1, $2, '3', 'cleaning', '打扫房间', now())`,
    [serviceId, county.id],
  )
  await api.pool.query(
    `insert into contract (id, provider_id, area_id, number, valid_from, made_at) values ($1, $2, $3, 'H-1', '2020-01-01', now())`,
    [crypto.randomUUID(), provider.id, county.id],
  )
  const office = await signInAs(api, `${name} office`, 'provider', county.id, { provider: provider.id })
  const caregivers = []
  for (const one of ['李', '王']) {
    const caregiver = await made(lead, '/api/caregivers', { name: `${one}护工`, providerId: provider.id })
    for (const kind of Object.keys(HELD_BY_ALL)) {
      await api.pool.query(
        `insert into credential (id, caregiver_id, kind, issued_on, entered_at) values ($1, $2, $3, '2020-01-01', now())`,
        [crypto.randomUUID(), caregiver.id, kind],
      )
    }
    const of = { provider: provider.id, caregiver: String(caregiver.id) }
    const client = await signInAs(api, `${name} ${one}`, 'caregiver', county.id, of)
    caregivers.push({ id: String(caregiver.id), client })
  }
  return {
    areaId: area.id,
    providerId: String(provider.id),
    elderId: String(elder.id),
    homeId: elder.home.id,
    serviceId,
    lead,
    bureau,
    office,
    caregivers,
  }
}

async function made(client: Client, path: string, body: object) {
  const answer = await client.post(path, body)
  expect([path, answer.status, answer.body.code]).toEqual([path, 201, undefined])
  return answer.body
}

async function signInAs(
  api: Api,
  username: string,
  role: 'provider' | 'caregiver',
  areaId: string,
  of: { provider: string; caregiver?: string },
): Promise<Client> {
  const { id } = await api.user(username, 'seat', areaId)
  await api.pool.query('update app_user set role = $2, provider_id = $3, caregiver_id = $4 where id = $1', [
    id,
    role,
    of.provider,
    of.caregiver ?? null,
  ])
  return api.signIn(username)
}

/** A visit from `inMin` minutes on, an hour long; given to `caregiverId` where one is named. */
export async function planned(
  api: Api,
  { office, elderId, providerId, serviceId }: Village,
  { inMin = 0, caregiverId }: { inMin?: number; caregiverId?: string | undefined } = {},
): Promise<string> {
  const from = api.deps.now().getTime() + inMin * 60_000
  const answer = await made(office, '/api/visits', {
    elderIds: [elderId],
    providerId,
    serviceIds: [serviceId],
    plannedFrom: new Date(from).toISOString(),
    plannedTo: new Date(from + 3_600_000).toISOString(),
  })
  const id = String(answer.ids[0])
  if (caregiverId !== undefined) {
    const assigned = await office.post(`/api/visits/${id}/assign`, { version: 1, caregiverId })
    expect([assigned.status, assigned.body.code]).toEqual([200, undefined])
  }
  return id
}
