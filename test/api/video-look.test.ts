import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { decideNext } from '@anju/prisma/deadline/decide'
import { transact } from '@anju/prisma/tx'
import { type Api, startTestApi } from './api.fixture.ts'
import { planned, type Village, village } from './visit.fixture.ts'

const SECRET = 'a secret that coturn knows too'
let api: Api
let here: Village
beforeAll(async () => {
  api = await startTestApi({ relay: { urls: ['stun:relay.example', 'turn:relay.example:3478'], secret: SECRET } })
  here = await village(api)
})
afterAll(() => api.stop())

const offer = 'v=0\r\no=phone'
const answer = 'v=0\r\no=office'

/** A visit its caregiver is inside of. */
let hours = 0
async function inside(): Promise<string> {
  hours += 2 // nobody is in two homes at once
  const id = await planned(api, here, { inMin: hours * 60, caregiverId: here.caregivers[0]!.id })
  await api.pool.query(`update visit set state = 'in-service', began_at = $2 where id = $1`, [id, api.deps.now()])
  return id
}
async function asked(visitId: string): Promise<string> {
  const look = await here.bureau.post(`/api/visits/${visitId}/video-looks`, { note: '看看打扫的情况' })
  expect([look.status, look.body.state]).toEqual([201, 'asked'])
  return String(look.body.id)
}
/** Decides whatever is due by then, as the worker would. */
async function worker(at: Date): Promise<void> {
  while (await transact(api.pool, (tx) => decideNext(tx, at))) continue
}
const stored = async (id: string) =>
  (await api.pool.query('select state, ending, offer, answer from video_look where id = $1', [id])).rows[0]

test('asked, agreed to at the door, answered, ended and filed; the story and the evidence say so, and no word of how is kept', async () => {
  const visitId = await inside()
  const id = await asked(visitId)
  const { client } = here.caregivers[0]!
  const seen = await client.get('/api/video-looks')
  expect(seen.body.items).toMatchObject([{ id, elder: '张桂英', may: { agree: null, answer: 'not-allowed' } }])
  const agreed = await client.post(`/api/video-looks/${id}/agree`, { consent: 'elder', offer })
  expect([agreed.status, agreed.body.state, agreed.body.consent]).toEqual([200, 'agreed', 'elder'])
  const signal = (await here.bureau.get(`/api/video-looks/${id}/signal`)).body
  expect([signal.offer, signal.answer]).toEqual([offer, null])
  expect((await here.bureau.post(`/api/video-looks/${id}/answer`, { answer })).body.state).toBe('agreed')
  expect((await here.bureau.post(`/api/video-looks/${id}/connected`)).body.state).toBe('connected')
  expect((await client.get(`/api/video-looks/${id}/signal`)).body.answer).toBe(answer)
  const ended = await client.post(`/api/video-looks/${id}/end`)
  expect([ended.body.state, ended.body.ending]).toEqual(['ended', 'looked'])
  expect(await stored(id)).toMatchObject({ state: 'ended', offer: null, answer: null })
  const filed = await here.bureau.post(`/api/video-looks/${id}/finding`, { finding: 'as-ordered', note: '在擦窗' })
  expect(filed.body.finding).toBe('as-ordered')
  expect((await here.bureau.post(`/api/video-looks/${id}/finding`, { finding: 'not-clear' })).body.code).toBe(
    'look-state',
  )
  const visit = await here.bureau.get(`/api/visits/${visitId}`)
  const told = visit.body.entries.filter(({ kind }: { kind: string }) => kind.startsWith('look-'))
  expect(told.map(({ kind }: { kind: string }) => kind)).toEqual([
    'look-asked',
    'look-agreed',
    'look-connected',
    'look-ended',
    'look-filed',
  ])
  const chain = await api.pool.query(
    `select n from evidence where elder_id = $1 and convert_from(body, 'UTF8') like '%' || $2 || '%'
       and convert_from(body, 'UTF8') like '%"look-%' order by n`,
    [here.elderId, visitId],
  )
  expect(chain.rows).toHaveLength(5)
})

test('a TURN server’s credentials hold for an hour and are signed with its secret; STUN takes none', async () => {
  const id = await asked(await inside())
  const { iceServers } = (await here.bureau.get(`/api/video-looks/${id}/signal`)).body
  const [stun, turn] = iceServers
  expect(stun).toEqual({ urls: ['stun:relay.example'] })
  const [until, whose] = String(turn.username).split(':')
  expect([Number(until) - Math.floor(api.deps.now().getTime() / 1000) > 3500, whose]).toEqual([true, id])
  expect(turn.credential).toBe(createHmac('sha1', SECRET).update(turn.username).digest('base64'))
})

test('what the elder does not wish is refused with why, and another may be asked for later', async () => {
  const visitId = await inside()
  const id = await asked(visitId)
  expect((await here.bureau.post(`/api/visits/${visitId}/video-looks`, {})).body.code).toBe('look-open')
  const { client } = here.caregivers[0]!
  const refused = await client.post(`/api/video-looks/${id}/refuse`, { refusal: 'not-decent' })
  expect([refused.body.ending, refused.body.refusal]).toEqual(['refused', 'not-decent'])
  expect((await client.post(`/api/video-looks/${id}/agree`, { consent: 'elder', offer })).body.code).toBe('look-state')
  await asked(visitId)
})

test('of two who ask at once one does, and of a caregiver who agrees twice one connection is made', async () => {
  const visitId = await inside()
  const asks = await Promise.all([1, 2].map(() => here.bureau.post(`/api/visits/${visitId}/video-looks`, {})))
  expect(asks.map(({ status }) => status).toSorted()).toEqual([201, 409])
  const id = asks.find(({ status }) => status === 201)?.body.id
  const { client } = here.caregivers[0]!
  const agrees = await Promise.all(
    [1, 2].map(() => client.post(`/api/video-looks/${id}/agree`, { consent: 'elder', offer })),
  )
  expect(agrees.map(({ status }) => status).toSorted()).toEqual([200, 409])
})

test('where nobody answers it is over by itself, each state in its own time', async () => {
  const id = await asked(await inside())
  const at = (seconds: number) => new Date(api.deps.now().getTime() + seconds * 1000)
  await worker(at(170))
  expect(await stored(id)).toMatchObject({ state: 'asked' })
  await worker(at(185))
  expect(await stored(id)).toMatchObject({ state: 'ended', ending: 'unanswered' })
  const other = await asked(await inside())
  await here.caregivers[0]!.client.post(`/api/video-looks/${other}/agree`, { consent: 'guardian', offer })
  await worker(at(70))
  expect(await stored(other)).toMatchObject({ state: 'ended', ending: 'broken', offer: null })
})

test('nobody else has part in it: another caregiver, the provider, another area; and not before somebody is there', async () => {
  const id = await asked(await inside())
  const [, two] = here.caregivers
  expect((await two!.client.post(`/api/video-looks/${id}/agree`, { consent: 'elder', offer })).status).toBe(404)
  expect((await here.office.get(`/api/video-looks/${id}/signal`)).body.code).toBe('not-allowed')
  expect((await here.office.post(`/api/video-looks/${id}/end`)).body.code).toBe('not-allowed')
  const elsewhere = await village(api, '石桥村')
  expect((await elsewhere.bureau.get(`/api/video-looks/${id}/signal`)).status).toBe(404)
  const ahead = await planned(api, here, { inMin: 60 * 24, caregiverId: here.caregivers[0]!.id })
  expect((await here.bureau.post(`/api/visits/${ahead}/video-looks`, {})).body.code).toBe('visit-state')
  expect((await here.office.post(`/api/visits/${ahead}/video-looks`, {})).status).toBe(403)
})
