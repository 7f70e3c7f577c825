import { createHash, createHmac, hkdfSync } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startHttpMeter } from './bp-meter.ts'
import { signedHeaders } from './http.ts'

type Post = { url: string; headers: IncomingHttpHeaders; body: string }

let folder: string
let server: Server
let ingress: string
let posts: Post[]
let answer: (post: Post) => number
const parsed = (text: string) => JSON.parse(text) as { id: string }
const secret = '5a'.repeat(32)

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'anju-http-'))
  posts = []
  answer = () => 200
  server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (text: string) => (body += text))
    request.on('end', () => {
      const post = { url: request.url ?? '', headers: request.headers, body }
      const status = answer(post)
      posts.push(post)
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(status === 200 ? JSON.stringify({ ids: [parsed(body).id], rejected: [] }) : '{}')
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('not a TCP address')
  ingress = `http://127.0.0.1:${address.port}`
})
afterEach(() => {
  server.closeAllConnections()
  server.close()
  rmSync(folder, { recursive: true })
})

test('each message is one signed POST that a verifier written from RFC 9421 accepts', async () => {
  const meter = startHttpMeter({ ingress, id: 'm-1', secret, outboxDir: folder })
  const id = meter.measure({ systolic: 140, diastolic: 85, unit: 'mmHg' })
  await meter.settled()
  await meter.stop()
  const post = posts.find((one) => one.url === '/anju/v1/m-1/reading')
  if (!post) throw new Error('no reading came')
  expect(JSON.parse(post.body)).toMatchObject({ id, kind: 'blood-pressure', systolic: 140 })
  expect(meter.receipts).toContain(id)

  const digest = createHash('sha256').update(post.body).digest('base64')
  expect(post.headers['content-digest']).toBe(`sha-256=:${digest}:`)
  const input = String(post.headers['signature-input'])
  expect(input).toMatch(/^sig1=\("@method" "@path" "content-digest"\);created=\d{10};keyid="m-1";alg="hmac-sha256"$/)
  const base = `"@method": POST\n"@path": ${post.url}\n"content-digest": sha-256=:${digest}:\n"@signature-params": ${input.slice(5)}`
  const key = new Uint8Array(hkdfSync('sha256', Buffer.alloc(32, 0x5a), '', 'anju-http-signature-v1', 32))
  expect(post.headers.signature).toBe(`sig1=:${createHmac('sha256', key).update(base).digest('base64')}:`)
})

test('a message answered with an error is kept and posted again, byte for byte', async () => {
  answer = (post) => (post.url.endsWith('/reading') && posts.length < 6 ? 503 : 200)
  const backoff = { minMs: 5, maxMs: 20 }
  const meter = startHttpMeter({ ingress, id: 'm-1', secret, outboxDir: folder, backoff })
  const id = meter.measure({ systolic: 140, diastolic: 85, unit: 'mmHg' })
  await meter.settled()
  await meter.stop()
  const readings = posts.filter((post) => post.url.endsWith('/reading'))
  expect(readings.length).toBeGreaterThan(1)
  expect(new Set(readings.map((post) => post.body)).size).toBe(1)
  expect(meter.acknowledged).toEqual([id])
})

test('RFC 9421 B.2.5: the HMAC of its signature base is the published one', () => {
  const key = Buffer.from(
    'uzvJfB4u3N0Jy4T7NZ75MDVcr8zSTInedJtkgcu46YW4XByzNJjxBdtjUkdJPBtbmHhIDi6pcl8jsasjlTMtDQ==',
    'base64',
  )
  const base = [
    '"date": Tue, 20 Apr 2021 02:07:55 GMT',
    '"@authority": example.com',
    '"content-type": application/json',
    '"@signature-params": ("date" "@authority" "content-type");created=1618884473;keyid="test-shared-secret"',
  ].join('\n')
  const published = 'pxcQw6G3AjtMBQjwo8XzkZf/bws5LelbaMk5rGIGtE8='
  expect(createHmac('sha256', key).update(base).digest('base64')).toBe(published)
  // The same line layout is what signedHeaders signs: sign with it and compare with a base built here.
  const headers = signedHeaders(key, 'm', '/p', Buffer.from('{}'), 1)
  const own = `"@method": POST\n"@path": /p\n"content-digest": ${headers['content-digest']}\n"@signature-params": ${headers['signature-input']?.slice(5)}`
  expect(headers.signature).toBe(`sig1=:${createHmac('sha256', key).update(own).digest('base64')}:`)
})
