import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { Validator } from '@seriousme/openapi-schema-validator'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApi, type Api, type Client } from './api.fixture.ts'

let api: Api
let lead: Client
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'anju-dashboard-'))
  await mkdir(join(folder, 'assets'))
  await writeFile(join(folder, 'index.html'), '<!doctype html><title>Anju</title>')
  await writeFile(join(folder, 'assets', 'desk-1a2b.js'), 'const desk = 1\n'.repeat(100))
  await writeFile(join(folder, 'assets', 'desk-1a2b.js.gz'), gzipSync('const desk = 1\n'.repeat(100)))
  api = await startTestApi({ dashboardFolder: folder })
  const area = await api.area('County')
  await api.user('lead', 'shift-lead', area.id)
  lead = await api.signIn('lead')
})
afterAll(async () => {
  await api.stop()
  await rm(folder, { recursive: true })
})

interface Operation {
  operationId?: string
  tags?: string[]
  responses: Record<string, { content?: Record<string, unknown> }>
}

test('the description is valid OpenAPI 3.1, and every operation has a name, a tag and its problems', async () => {
  const { body } = await api.client().get('/api/openapi.json')
  expect(body.openapi).toBe('3.1.0')
  const result = await new Validator().validate(body)
  expect(result.errors ?? []).toEqual([])
  expect(result.valid).toBe(true)
  const operations = Object.values<Record<string, Operation>>(body.paths).flatMap((path) => Object.values(path))
  expect(operations.length).toBeGreaterThan(20)
  for (const { operationId, tags, responses } of operations) {
    expect([operationId, tags?.length]).toEqual([expect.any(String), 1])
    expect([operationId, Object.keys(responses['default']?.content ?? {})]).toEqual([
      operationId,
      ['application/problem+json'],
    ])
    expect([operationId, Object.keys(responses).some((status) => status.startsWith('2'))]).toEqual([operationId, true])
  }
  expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length)
})

const seatPath = () => `/api/seats/${crypto.randomUUID()}`

test.each([
  ['a body that is not JSON', 'POST', '/api/elders', '{', 'invalid-request', 400],
  ['a field of the wrong type', 'POST', '/api/elders', { name: 5 }, 'invalid-request', 400],
  ['null where words belong', 'POST', '/api/elders', { name: null }, 'invalid-request', 400],
  ['a letter that is none', 'POST', '/api/elders', { name: 'A\u0000' }, 'invalid-request', 400],
  ['a blank name', 'POST', '/api/elders', { name: '   ' }, 'invalid-request', 400],
  ['a field nobody knows', 'POST', '/api/elders', { name: 'A', nmae: 'B' }, 'invalid-request', 400],
  ['a day that does not exist', 'POST', '/api/elders', { name: 'A', bornOn: '1940-02-30' }, 'invalid-request', 400],
  [
    'a kind nobody makes',
    'POST',
    '/api/devices',
    { kind: 'toaster', elderId: crypto.randomUUID() },
    'invalid-request',
    400,
  ],
  ['a beat without its fields', 'PUT', seatPath(), {}, 'invalid-request', 400],
  ['an id that is none', 'GET', '/api/alarms/7', undefined, 'invalid-request', 400],
  ['a limit beyond 1000', 'GET', '/api/alarms?limit=1001', undefined, 'invalid-request', 400],
  ['a state nobody knows', 'GET', '/api/alarms?state=closed', undefined, 'invalid-request', 400],
  ['a cursor of another’s making', 'GET', '/api/alarms?cursor=AAAA', undefined, 'invalid-cursor', 400],
  ['a cursor with a foreign id', 'GET', `/api/alarms?cursor=${btoa('[1,"x"]')}`, undefined, 'invalid-cursor', 400],
  ['an unknown alarm', 'GET', `/api/alarms/${crypto.randomUUID()}`, undefined, 'not-found', 404],
  ['an address nobody has', 'GET', '/api/nothing', undefined, 'not-found', 404],
  ['an address nobody has, to change it', 'POST', '/api/nothing', undefined, 'not-found', 404],
  ['a method the address does not take', 'DELETE', '/api/alarms', undefined, 'method-not-allowed', 405],
  ['a body of 300 KiB', 'POST', '/api/elders', { name: 'x'.repeat(300 * 1024) }, 'payload-too-large', 413],
])('%s is a problem with a code', async (_name, method, path, body, code, status) => {
  const answer = await lead.send(method, path, body)
  expect(answer.headers.get('content-type')).toContain('application/problem+json')
  expect(answer.body).toMatchObject({ status, code, type: `urn:anju:problem:${code}` })
  expect(answer.status).toBe(status)
})

test('a body that is not JSON by its own word is refused as such', async () => {
  const answer = await lead.send('POST', '/api/elders', 'name=A', { 'content-type': 'text/csv' })
  expect(answer).toMatchObject({ status: 415, body: { code: 'unsupported-media-type' } })
})

test('a list is paged without gap or repeat, also over equal instants', async () => {
  const now = new Date()
  for (let i = 0; i < 25; i++) await lead.post('/api/elders', { name: `P${i}` })
  await api.pool.query('update elder set created_at = $1 where name like $2', [now, 'P1%'])
  const seen: string[] = []
  for (let cursor: string | null = ''; cursor !== null;) {
    const page: { body: { items: { name: string }[]; next: string | null; asOf: number } } = await lead.get(
      `/api/elders?limit=4&cursor=${cursor}`,
    )
    expect(page.body.items.length).toBeLessThanOrEqual(4)
    seen.push(...page.body.items.map(({ name }) => name))
    cursor = page.body.next
  }
  expect(seen.toSorted()).toEqual(Array.from({ length: 25 }, (_, i) => `P${i}`).toSorted())
})

test('every answer forbids frames and foreign scripts', async () => {
  for (const path of ['/', '/healthz', '/api/alarms', '/api/nothing']) {
    const { headers } = await lead.get(path)
    expect(headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
    expect(headers.get('x-content-type-options')).toBe('nosniff')
  }
  expect((await lead.get('/api/alarms')).headers.get('cache-control')).toBe('no-store')
})

test('the dashboard is served: the page for every address of its own, hashed files for ever', async () => {
  for (const path of ['/', '/desk', '/elders/7']) {
    const page = await lead.get(path)
    expect(page.body).toContain('<title>Anju</title>')
    expect(page.headers.get('cache-control')).toBe('no-cache')
  }
  const script = await lead.get('/assets/desk-1a2b.js', { 'accept-encoding': 'gzip' })
  expect(script.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
  expect(script.headers.get('content-encoding')).toBe('gzip')
  expect(script.body).toContain('const desk')
  expect(script.headers.get('content-type')).toContain('javascript')
  expect(script.headers.get('vary')).toContain('accept-encoding')
  const plain = await lead.get('/assets/desk-1a2b.js', { 'accept-encoding': 'identity' })
  expect(plain.headers.get('content-encoding')).toBeNull()
  expect(plain.headers.get('etag')).not.toBe(script.headers.get('etag'))
  const again = await lead.get('/assets/desk-1a2b.js', {
    'accept-encoding': 'gzip',
    'cache-control': 'max-age=0',
    'if-none-match': script.headers.get('etag') ?? '',
  })
  expect(again.status).toBe(304)
  expect((await lead.get('/assets/gone.js')).status).toBe(404)
  expect((await lead.get('/..%2f..%2fetc%2fpasswd')).body).not.toContain('root:')
})

test('the process tells that it lives, is ready, and what it counted', async () => {
  expect((await api.client().get('/healthz')).body).toEqual({ status: 'ok' })
  expect((await api.client().get('/readyz')).body).toEqual({ status: 'ok' })
  await lead.get('/api/alarms?state=open')
  const { body } = await api.client().get('/metrics')
  expect(body).toMatch(/anju_api_requests_total\{method="GET",route="\/api\/alarms",status="200"\} \d+/)
  expect(body).toMatch(/anju_api_request_seconds_count\{method="GET",route="\/api\/alarms"\} \d+/)
  expect(body).toMatch(/anju_api_log_lag \d+/)
  expect(body).toMatch(/anju_api_streams \d+/)
})
