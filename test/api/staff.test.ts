import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { transact } from '@anju/prisma/tx'
import { acceptLink } from '@anju/prisma/user/invitation'
import { hashPassword } from '@anju/prisma/user/password'
import { PASSWORD, startTestApi, type Api, type Client } from './api.fixture.ts'

let api: Api
let county: { id: string; path: string }
let town: { id: string; path: string }
let admin: Client
beforeAll(async () => {
  api = await startTestApi()
  county = await api.area('County')
  town = await api.area('Town', county.id)
  await api.user('admin', 'administrator', county.id)
  admin = await api.signIn('admin')
})
beforeEach(() => {
  api.clock.offsetMs += 3_600_000
})
afterAll(() => api.stop())

const tokenOf = (link: string) => new URL(link).hash.slice(1)
const open = (token: string) => api.client().post('/api/invitation', { token })
const accept = (body: object) => api.client().post('/api/invitation/accept', body)
const invite = (body: object, as = admin) =>
  as.post('/api/users', { name: '王丽', role: 'seat', areaId: town.id, ...body })
const changesOf = async (id: string) =>
  (
    await api.pool.query('select action, before, after from record_change where subject = $1 order by id', [
      `user:${id}`,
    ])
  ).rows

describe('an invitation', () => {
  test('is a link whose token is stored nowhere; the invited chooses name and password, once', async () => {
    const made = await invite({ phone: '13800000000' })
    expect(made).toMatchObject({ status: 201, body: { kind: 'invite' } })
    const token = tokenOf(made.body.link)
    expect(new URL(made.body.link).pathname).toBe('/invitation')
    const dump = await api.pool
      .query(`select invitation::text as row from invitation union all select event::text from event
      union all select record_change::text from record_change`)
    for (const { row } of dump.rows) expect(row).not.toContain(token)

    expect((await open(token)).body).toMatchObject({ name: '王丽', username: null, role: 'seat', area: 'Town' })
    const body = { token, username: ' WangLi ', password: '白日依山尽黄河入海流' }
    const both = await Promise.all([accept(body), accept({ ...body, username: 'other' })])
    expect(both.map(({ status }) => status).toSorted()).toEqual([200, 410])
    const { username } = both.find(({ status }) => status === 200)!.body
    expect((await open(token)).body).toMatchObject({ code: 'invitation-gone', state: 'used' })
    const seat = await api.signIn(username.toUpperCase(), body.password)
    expect((await seat.get('/api/session')).body.user).toMatchObject({ role: 'seat', area: { name: 'Town' } })
    expect((await changesOf(made.body.userId)).map(({ action }) => action)).toEqual(['registered', 'joined'])
  })

  test.each([
    ['a short password', { password: 'short' }, 422, 'password-weak'],
    ['a common one', { password: '1234567890' }, 422, 'password-weak'],
    ['the name again', { password: 'zhaomin2026' }, 422, 'password-weak'],
    ['no name', { username: ' ' }, 422, 'username-invalid'],
    ['a taken name', { username: 'ADMIN' }, 409, 'username-taken'],
  ])('does not take %s, and can be tried again', async (_what, fields, status, code) => {
    const token = tokenOf((await invite({})).body.link)
    const answer = await accept({ token, username: 'zhaomin', password: '白日依山尽黄河入海流', ...fields })
    expect(answer).toMatchObject({ status, body: { code } })
    expect((await open(token)).status).toBe(200)
  })

  test('runs out after seven days, can be withdrawn, and a newer one takes its place', async () => {
    const { userId, link } = (await invite({})).body
    const renewed = tokenOf((await admin.post(`/api/users/${userId}/link`)).body.link)
    expect((await open(tokenOf(link))).body).toMatchObject({ code: 'invitation-gone', state: 'withdrawn' })
    expect((await open(renewed)).status).toBe(200)
    expect((await admin.send('DELETE', `/api/users/${userId}/link`)).body).toMatchObject({
      link: null,
      state: 'invited',
    })
    expect((await open(renewed)).body.state).toBe('withdrawn')
    const last = tokenOf((await admin.post(`/api/users/${userId}/link`)).body.link)
    api.clock.offsetMs += 7 * 86_400_000 + 1000
    expect((await open(last)).body.state).toBe('expired')
    expect((await open('nonsense')).body.state).toBe('unknown')
    admin = await api.signIn('admin')
  })

  test('asked for twice with one key is one person and one link', async () => {
    const headers = { 'idempotency-key': crypto.randomUUID() }
    const twice = async () => admin.post('/api/users', { name: 'Twice', role: 'seat', areaId: town.id }, headers)
    const [first, second] = [await twice(), await twice()]
    expect(second.body).toEqual(first.body)
    const { rows } = await api.pool.query(`select from app_user where name = 'Twice'`)
    expect(rows).toHaveLength(1)
  })

  test('to a provider’s user names the provider', async () => {
    expect((await invite({ role: 'provider' })).body.code).toBe('invalid-request')
    expect((await invite({ role: 'provider', providerId: crypto.randomUUID() })).status).toBe(404)
  })
})

describe('a reset', () => {
  test('is a link of a day; using it ends every session, and the old password with them', async () => {
    const { id } = await api.user('reset', 'seat', town.id)
    const before = await api.signIn('reset')
    const link = await admin.post(`/api/users/${id}/link`)
    expect(link.body.kind).toBe('reset')
    expect((await before.get('/api/session')).status).toBe(200)
    const token = tokenOf(link.body.link)
    expect((await open(token)).body).toMatchObject({ kind: 'reset', username: 'reset' })
    expect((await accept({ token, username: 'thief', password: 'another horse stable' })).body).toEqual({
      username: 'reset',
    })
    expect((await before.get('/api/session')).status).toBe(401)
    await expect(api.signIn('reset', PASSWORD)).rejects.toThrow('401')
    await api.signIn('reset', 'another horse stable')
    const late = tokenOf((await admin.post(`/api/users/${id}/link`)).body.link)
    api.clock.offsetMs += 86_400_000 + 1000
    expect((await open(late)).body.state).toBe('expired')
    admin = await api.signIn('admin')
  })

  test('leaves nothing to a sign-in with the old password that was under way', async () => {
    const { id } = await api.user('raced', 'seat', town.id)
    const token = tokenOf((await admin.post(`/api/users/${id}/link`)).body.link)
    const passwordHash = await hashPassword('another horse stable')
    // Passwords are looked at a few at a time: these are before it.
    const others = Array.from({ length: 30 }, () => hashPassword('somebody else signs in'))
    const signingIn = api.client().post('/api/session', { username: 'raced', password: PASSWORD })
    const counted = () => api.pool.query(`select from sign_in_throttle where key = 'user:raced'`)
    await expect.poll(async () => (await counted()).rowCount).toBe(1)
    await transact(api.pool, (tx) => acceptLink(tx, { token, username: 'raced', passwordHash, now: api.deps.now() }))
    expect((await signingIn).body.code).toBe('sign-in-failed')
    await Promise.all(others)
    const living = await api.pool.query('select from session where user_id = $1 and revoked_at is null', [id])
    expect(living.rowCount).toBe(0)
  })

  test('one’s own password asks for the present one and keeps this session alone', async () => {
    await api.user('self', 'seat', town.id)
    const [here, there] = [await api.signIn('self'), await api.signIn('self')]
    const change = (current: string, password: string) =>
      here.send('PUT', '/api/session/password', { current, password })
    expect((await change('wrong one!', 'a new long password')).body.code).toBe('password-wrong')
    expect((await change(PASSWORD, 'self123')).body).toMatchObject({ code: 'password-weak', fault: 'too-short' })
    expect((await change(PASSWORD, 'a new long password')).status).toBe(204)
    expect((await here.get('/api/session')).status).toBe(200)
    expect((await there.get('/api/session')).status).toBe(401)
    await api.signIn('self', 'a new long password')
  })

  test('that lies open dies when its person chooses a password themselves', async () => {
    const { id } = await api.user('mindful', 'seat', town.id)
    const here = await api.signIn('mindful')
    const token = tokenOf((await admin.post(`/api/users/${id}/link`)).body.link)
    const chosen = await here.send('PUT', '/api/session/password', { current: PASSWORD, password: 'chosen by myself' })
    expect(chosen.status).toBe(204)
    expect((await open(token)).body).toMatchObject({ code: 'invitation-gone', state: 'withdrawn' })
    expect((await accept({ token, username: 'x', password: 'chosen by a thief' })).body.code).toBe('invitation-gone')
    await api.signIn('mindful', 'chosen by myself')
  })
})

describe('nobody', () => {
  test('lets themselves or an equal up: a bureau makes no administrator and no seat, and touches none', async () => {
    await api.user('bureau', 'bureau', county.id)
    const { id: seat } = await api.user('touched', 'seat', town.id)
    const bureau = await api.signIn('bureau')
    for (const role of ['administrator', 'seat', 'shift-lead']) {
      expect((await invite({ role }, bureau)).body.code).toBe('beyond-your-rights')
    }
    expect((await invite({ role: 'town-clerk' }, bureau)).status).toBe(201)
    expect((await bureau.post(`/api/users/${seat}/disable`, {})).body.code).toBe('beyond-your-rights')
    expect((await bureau.post(`/api/users/${seat}/link`)).body.code).toBe('beyond-your-rights')
    const self = (await bureau.get('/api/session')).body.user.id
    const raise = await bureau.send('PATCH', `/api/users/${self}`, { version: 1, role: 'administrator' })
    expect(raise.body.code).toBe('beyond-your-rights')
  })

  test('reaches outside their own area', async () => {
    await api.user('local', 'administrator', town.id)
    const local = await api.signIn('local')
    expect((await invite({ areaId: county.id }, local)).status).toBe(404)
    const { id } = (await admin.get('/api/session')).body.user
    expect((await local.get(`/api/users/${id}`)).status).toBe(404)
    expect((await local.post(`/api/users/${id}/disable`, {})).status).toBe(404)
    const own = (await local.get('/api/session')).body.user.id
    const move = await local.send('PATCH', `/api/users/${own}`, { version: 1, areaId: county.id })
    expect(move.status).toBe(404)
  })

  test('disables or moves themselves', async () => {
    const { id } = (await admin.get('/api/session')).body.user
    expect((await admin.post(`/api/users/${id}/disable`, {})).body.code).toBe('not-yourself')
    const down = await admin.send('PATCH', `/api/users/${id}`, { version: 1, role: 'seat' })
    expect(down.body.code).toBe('not-yourself')
  })

  test('locks out the last administrator: of two who disable each other at once, one stays', async () => {
    const { id: second } = await api.user('second', 'administrator', county.id)
    const other = await api.signIn('second')
    const { id: first } = (await admin.get('/api/session')).body.user
    const answers = await Promise.all([
      admin.post(`/api/users/${second}/disable`, {}),
      other.post(`/api/users/${first}/disable`, {}),
    ])
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    const { rows } = await api.pool.query(
      `select username from app_user where role = 'administrator' and disabled_at is null and area_id = $1`,
      [county.id],
    )
    expect(rows).toHaveLength(1)
    if (rows[0].username !== 'admin') {
      await api.pool.query(`update app_user set disabled_at = null where username = 'admin'`)
      admin = await api.signIn('admin')
    }
    await api.pool.query(`update app_user set disabled_at = created_at where username = 'second'`)
    // an invited administrator who has not come yet does not count
    await invite({ role: 'administrator', areaId: county.id })
    await api.user('third', 'administrator', county.id)
    const third = await api.signIn('third')
    expect((await third.post(`/api/users/${first}/disable`, {})).status).toBe(200)
    const alone = await api.apiKey('administrator', county.id)
    const { id: thirdId } = (await third.get('/api/session')).body.user
    const program = api.client({ authorization: `Bearer ${alone}` })
    expect((await program.post(`/api/users/${thirdId}/disable`, {})).body.code).toBe('last-administrator')
    await api.pool.query(`update app_user set disabled_at = null where username = 'admin'`)
    admin = await api.signIn('admin')
  })
})

describe('what follows at once', () => {
  /** Opens a stream and answers the names of its events, and the moment it ended. */
  async function stream(client: Client) {
    const response = await fetch(`${api.url}/api/events`, { headers: { cookie: client.cookie } })
    const names: string[] = []
    const ended = (async () => {
      const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
      for (let text = ''; ;) {
        const { done, value } = (await reader?.read()) ?? { done: true }
        if (done) return performance.now()
        text += value
        names.splice(0, names.length, ...[...text.matchAll(/^event: (.*)$/gm)].map(([, name]) => name ?? ''))
      }
    })()
    await expect.poll(() => names).toContain('heartbeat')
    return { names, ended }
  }

  test('a disabled user’s stream ends within a second, and no session opens any door', async () => {
    const { id } = await api.user('leaver', 'seat', town.id)
    const client = await api.signIn('leaver')
    await client.send('PUT', `/api/seats/${crypto.randomUUID()}`, { armed: true, streaming: true })
    const { ended } = await stream(client)
    const asked = performance.now()
    const answer = await admin.post(`/api/users/${id}/disable`, { reason: 'left' })
    expect(answer.body).toMatchObject({ state: 'disabled', history: [{ action: 'disabled', reason: 'left' }] })
    expect((await ended) - asked).toBeLessThan(1000)
    expect((await client.get('/api/session')).status).toBe(401)
    await expect(api.signIn('leaver')).rejects.toThrow('401')
    expect((await admin.get('/api/desk')).body.presentSeats).toBe(0)
    expect((await admin.post(`/api/users/${id}/enable`)).body.state).toBe('active')
    await api.signIn('leaver')
  })

  test('with another role the session goes on and the stream begins anew as what the person is now', async () => {
    const { id } = await api.user('mover', 'seat', county.id)
    const client = await api.signIn('mover')
    const { names, ended } = await stream(client)
    const change = { version: 1, role: 'auditor', areaId: town.id }
    const answer = await admin.send('PATCH', `/api/users/${id}`, change)
    expect(answer.body).toMatchObject({ role: 'auditor', area: { name: 'Town' }, version: 2 })
    await ended
    expect(names.at(-1)).toBe('session.changed')
    expect((await client.get('/api/session')).body.user).toMatchObject({ role: 'auditor', area: { name: 'Town' } })
    expect((await changesOf(id)).at(-1)).toMatchObject({
      before: { role: 'seat', area: 'County' },
      after: { role: 'auditor', area: 'Town' },
    })
  })

  test('of two who change one user the second is told what is there and whose change it was', async () => {
    const { id } = await api.user('edited', 'seat', town.id)
    const first = await admin.send('PATCH', `/api/users/${id}`, { version: 1, phone: '111' })
    expect(first.status).toBe(200)
    const second = await admin.send('PATCH', `/api/users/${id}`, { version: 1, phone: '222' })
    expect(second).toMatchObject({
      status: 409,
      body: {
        code: 'changed-meanwhile',
        current: { phone: '111', version: 2 },
        lastChange: { user: { name: 'name of admin' } },
      },
    })
  })
})

test('an administrator sees where a user is signed in, ends one and ends all', async () => {
  const { id } = await api.user('many', 'seat', town.id)
  const clients = [await api.signIn('many'), await api.signIn('many'), await api.signIn('many')]
  const sessions = (await admin.get(`/api/users/${id}/sessions`)).body.items
  expect(sessions).toHaveLength(3)
  await admin.send('DELETE', `/api/users/${id}/sessions/${sessions[0].id}`)
  expect((await admin.get(`/api/users/${id}/sessions`)).body.items).toHaveLength(2)
  expect((await admin.send('DELETE', `/api/users/${id}/sessions`)).status).toBe(204)
  for (const client of clients) expect((await client.get('/api/session')).status).toBe(401)
})

test('the list finds by part of a name, role, area and state', async () => {
  await api.user('finder', 'village-doctor', town.id)
  const found = async (query: string) =>
    (await admin.get(`/api/users?${query}`)).body.items.map(({ username }: { username: string }) => username)
  expect(await found('search=INDE')).toEqual(['finder'])
  expect(await found('role=village-doctor')).toEqual(['finder'])
  expect(await found(`areaId=${town.id}&role=village-doctor&state=active`)).toEqual(['finder'])
  expect(await found('role=village-doctor&state=disabled')).toEqual([])
  expect(await found('search=100%25')).toEqual([])
})
