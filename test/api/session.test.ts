import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { forgetKeys } from '@anju/prisma/idempotency/apply'
import { forgetAttempts } from '@anju/prisma/session/apply'
import { transact } from '@anju/prisma/tx'
import { PASSWORD, startTestApi, type Api } from './api.fixture.ts'

let api: Api
let area: { id: string; path: string }
beforeAll(async () => {
  api = await startTestApi()
  area = await api.area('County')
  await api.user('anna', 'seat', area.id)
  await api.user('bert', 'seat', area.id)
})
beforeEach(() => {
  // Each test begins an hour later, when earlier failures are forgotten.
  api.clock.offsetMs += 3_600_000
})
afterAll(() => api.stop())

const attempt = (username: string, password: string) => api.client().post('/api/session', { username, password })

test('the right password opens a session in an HttpOnly, SameSite=Strict cookie', async () => {
  const answer = await attempt('anna', PASSWORD)
  expect(answer.body).toMatchObject({
    user: { username: 'anna', role: 'seat', area: { id: area.id, name: 'County', path: area.path } },
    demo: true,
    outside: 'none',
  })
  const cookie = answer.headers.get('set-cookie')
  expect(cookie).toMatch(/^anju_session=[\w-]{43}; /)
  expect(cookie).toContain('HttpOnly')
  expect(cookie).toContain('SameSite=Strict')
  expect(cookie).toContain('Path=/')
  const { rows } = await api.pool.query('select encode(token_hash, $1) as hash from session', ['hex'])
  const token = cookie?.slice('anju_session='.length).split(';')[0] ?? ''
  expect(JSON.stringify(rows)).not.toContain(Buffer.from(token).toString('hex'))
})

test('a wrong password, an unknown and a disabled user get the same answer', async () => {
  await api.user('gone', 'seat', area.id)
  await api.pool.query(`update app_user set disabled_at = created_at where username = 'gone'`)
  const answers = [await attempt('anna', 'wrong'), await attempt('nobody', PASSWORD), await attempt('gone', PASSWORD)]
  for (const { status, body } of answers) {
    expect(status).toBe(401)
    expect(body).toEqual(answers[0]?.body)
  }
  expect(answers[0]?.body.code).toBe('sign-in-failed')
})

test('after three failures the next attempt on that name waits, and longer each time', async () => {
  const waits: number[] = []
  for (let i = 0; i < 7; i++) {
    const answer = await attempt('anna', 'wrong')
    if (answer.status === 401) continue
    expect(answer).toMatchObject({ status: 429, body: { code: 'sign-in-throttled' } })
    const waitS = answer.body.retryAfterS
    expect(answer.headers.get('retry-after')).toBe(String(waitS))
    expect((await attempt('anna', PASSWORD)).status).toBe(429)
    waits.push(waitS)
    api.clock.offsetMs += waitS * 1000
  }
  expect(waits).toEqual([1, 2])
  expect((await attempt('bert', PASSWORD)).status).toBe(200)
})

test('attempts side by side are counted before any password is looked at', async () => {
  const answers = await Promise.all(Array.from({ length: 10 }, () => attempt('bert', 'wrong')))
  expect(answers.filter(({ status }) => status === 401)).toHaveLength(3)
  expect(answers.filter(({ status }) => status === 429)).toHaveLength(7)
})

test('one address that fails twenty times waits, whatever names it tries', async () => {
  const statuses: number[] = []
  for (let i = 0; i < 21; i++) statuses.push((await attempt(`name${i}`, 'wrong')).status)
  expect(statuses.slice(0, 20)).toEqual(Array.from({ length: 20 }, () => 401))
  expect(statuses[20]).toBe(429)
  expect((await attempt('anna', PASSWORD)).status).toBe(429)
})

test('a session slides with use and ends after 12 h of stillness', async () => {
  const client = await api.signIn('anna')
  for (let i = 0; i < 3; i++) {
    api.clock.offsetMs += 11 * 3_600_000
    expect((await client.get('/api/session')).status).toBe(200)
  }
  api.clock.offsetMs += 12 * 3_600_000 + 1000
  expect((await client.get('/api/session')).body.code).toBe('not-signed-in')
})

test('one sees one’s own sessions, ends one of them, and not another’s', async () => {
  const first = await api.signIn('anna')
  const second = await api.signIn('anna')
  const other = await api.signIn('bert')
  const { items } = (await first.get('/api/sessions')).body
  expect(items.filter((row: { current: boolean }) => row.current)).toHaveLength(1)
  const { id } = (await second.get('/api/session')).body.session
  expect(items.map((row: { id: string }) => row.id)).toContain(id)
  expect((await other.send('DELETE', `/api/sessions/${id}`)).status).toBe(404)
  expect((await second.get('/api/session')).status).toBe(200)
  expect((await first.send('DELETE', `/api/sessions/${id}`)).status).toBe(204)
  expect((await second.get('/api/session')).status).toBe(401)
  expect((await first.get('/api/session')).status).toBe(200)
})

test('signing out clears the cookie', async () => {
  const client = await api.signIn('anna')
  const answer = await client.send('DELETE', '/api/session')
  expect(answer.status).toBe(204)
  expect(answer.headers.get('set-cookie')).toMatch(/^anju_session=;.*Expires=Thu, 01 Jan 1970/)
  expect((await client.get('/api/session')).status).toBe(401)
})

test.each([
  ['another site', { origin: 'https://evil.example' }],
  ['the same host on another port', { origin: 'http://127.0.0.1:1' }],
  ['a sandboxed page', { origin: 'null' }],
  ['nowhere said', { origin: '' }],
])('a change from %s is refused', async (_name, headers) => {
  const client = await api.signIn('anna')
  const answer = await client.send(
    'PUT',
    `/api/seats/${crypto.randomUUID()}`,
    { armed: true, streaming: true },
    headers,
  )
  expect(answer).toMatchObject({ status: 403, body: { code: 'origin-refused' } })
  expect((await client.get('/api/desk', headers)).status).toBe(200)
})

test('behind a public HTTPS address the cookie is Secure and that address is our own', async () => {
  const publicUrl = 'https://anju.example'
  const behind = await startTestApi({ databaseUrl: api.databaseUrl, publicUrl })
  try {
    const credentials = { username: 'anna', password: PASSWORD }
    const answer = await behind.client().post('/api/session', credentials, { origin: publicUrl })
    expect(answer.headers.get('set-cookie')).toContain('; Secure')
    const cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? ''
    const beat = ['PUT', `/api/seats/${crypto.randomUUID()}`, { armed: true, streaming: true }] as const
    expect((await behind.client({ cookie, origin: publicUrl }).send(...beat)).status).toBe(200)
    expect((await behind.client({ cookie, origin: 'http://anju.example' }).send(...beat)).status).toBe(403)
  } finally {
    await behind.stop()
  }
})

test('another site cannot sign a browser in', async () => {
  const credentials = { username: 'anna', password: PASSWORD }
  const answer = await api.client().post('/api/session', credentials, { origin: 'https://evil.example' })
  expect(answer.body.code).toBe('origin-refused')
})

test('an API key works as bearer without Origin, within its role, until it is revoked', async () => {
  const token = await api.apiKey('shift-lead', area.id)
  const program = api.client({ authorization: `Bearer ${token}` })
  const made = await program.post('/api/elders', { name: 'Wang' })
  expect(made.status).toBe(201)
  expect((await program.get('/api/session')).body.code).toBe('not-allowed')
  const weak = api.client({ authorization: `Bearer ${await api.apiKey('seat', area.id)}` })
  expect((await weak.post('/api/elders', { name: 'Wang' })).body.code).toBe('not-allowed')
  await api.pool.query('update api_key set revoked_at = created_at')
  expect((await program.get('/api/elders')).status).toBe(401)
})

test('an auditor follows live values only of a file opened with a reason', async () => {
  await api.user('follower', 'auditor', area.id)
  await api.user('keeper', 'shift-lead', area.id)
  const elder = (await (await api.signIn('keeper')).post('/api/elders', { name: '林秀英' })).body
  const auditor = await api.signIn('follower')
  const stream = async () => {
    const over = new AbortController()
    const headers = { cookie: auditor.cookie }
    const answer = await fetch(`${api.url}/api/events?topics=elder:${elder.id}`, { headers, signal: over.signal })
    over.abort()
    return answer.status
  }
  expect(await stream()).toBe(403)
  await auditor.get(`/api/elders/${elder.id}`, { 'anju-reason': 'audit' })
  expect(await stream()).toBe(200)
})

test('an auditor opens a file only with a reason, which is written down', async () => {
  const user = await api.user('audit', 'auditor', area.id)
  await api.user('lead', 'shift-lead', area.id)
  const lead = await api.signIn('lead')
  const elder = (await lead.post('/api/elders', { name: 'Li' })).body
  const auditor = await api.signIn('audit')
  for (const path of ['', '/readings', '/timeline']) {
    expect((await auditor.get(`/api/elders/${elder.id}${path}`)).body.code).toBe('reason-required')
    const opened = await auditor.get(`/api/elders/${elder.id}${path}`, { 'anju-reason': encodeURIComponent('投诉 7') })
    expect(opened.status).toBe(200)
  }
  const { rows } = await api.pool.query('select user_id, subject, action, reason from access_log where user_id = $1', [
    user.id,
  ])
  expect(rows).toEqual(
    Array.from({ length: 3 }, () => ({
      user_id: user.id,
      subject: `elder:${elder.id}`,
      action: 'open-file',
      reason: '投诉 7',
    })),
  )
})

test('what no longer counts is forgotten: failed sign-ins after an hour, keys after a day', async () => {
  await api.user('keys', 'shift-lead', area.id)
  const client = await api.signIn('keys')
  await attempt('keys', 'wrong')
  await client.post('/api/elders', { name: 'A' }, { 'idempotency-key': 'k' })
  const counts = async () =>
    (
      await api.pool.query(
        `select (select count(*) from sign_in_throttle where key = 'user:keys') as attempts,
                (select count(*) from idempotency) as keys`,
      )
    ).rows[0]
  const at = (hours: number) => new Date(api.deps.now().getTime() + hours * 3_600_000 + 1000)
  const sweep = (now: Date) =>
    transact(api.pool, async (tx) => {
      await forgetKeys(tx, now)
      await forgetAttempts(tx, now)
    })
  await sweep(at(0))
  expect(await counts()).toEqual({ attempts: 1, keys: 1 })
  await sweep(at(1))
  expect(await counts()).toEqual({ attempts: 0, keys: 1 })
  await sweep(at(24))
  expect(await counts()).toEqual({ attempts: 0, keys: 0 })
})
