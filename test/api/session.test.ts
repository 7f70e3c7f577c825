import { afterAll, beforeAll, expect, test } from 'vitest'
import { PASSWORD, startTestApi, type Api } from './api.fixture.ts'

let api: Api
let area: { id: string; path: string }
beforeAll(async () => {
  api = await startTestApi()
  area = await api.area('County')
  await api.user('anna', 'seat', area.id)
})
afterAll(() => api.stop())

test('the right password opens a session in an HttpOnly, SameSite=Strict cookie', async () => {
  const answer = await api.client().post('/api/session', { username: 'anna', password: PASSWORD })
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
})
