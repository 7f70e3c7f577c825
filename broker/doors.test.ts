import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect as connectTls } from 'node:tls'
import { WebSocket, createWebSocketStream } from 'ws'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { device, hello, publication, RawDevice, startTrial, type Trial } from './trial.ts'

let trial: Trial
let folder: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'anju-broker-'))
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1', '-days', '2']
  const request = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  execFileSync('openssl', [...request, '-keyout', key, '-out', cert, ...subject], { stdio: 'pipe' })
  const tls = { cert: readFileSync(cert), key: readFileSync(key) }
  trial = await startTrial(
    {},
    { tls, tlsPort: 0, wsPort: 0, limits: { connectTimeoutMs: 300, authenticateTimeoutMs: 300 } },
  )
})
afterAll(async () => {
  await trial.stop()
  rmSync(folder, { recursive: true })
})

const ca = (): Buffer => readFileSync(join(folder, 'cert.pem'))

async function wholeConversation(url: string, id: string, more: object = {}): Promise<void> {
  const client = await device(url, id, more)
  await client.subscribeAsync(`anju/v1/${id}/cmd`, { qos: 1 })
  const payload = Buffer.alloc(64 * 1024, 'x')
  await client.publishAsync(`anju/v1/${id}/batch`, payload, { qos: 1 })
  expect(trial.received.find((message) => message.deviceId === id)?.payload.equals(payload)).toBe(true)
  expect(await trial.broker.send(id, `anju/v1/${id}/cmd`, Buffer.alloc(40_000), 1)).toBe(true)
  await client.endAsync()
}

test('a device speaks over TCP', () => wholeConversation(`mqtt://127.0.0.1:${trial.broker.ports.tcp}`, 'over-tcp'))

test('a device speaks over TLS and trusts the certificate', () =>
  wholeConversation(`mqtts://127.0.0.1:${trial.broker.ports.tls}`, 'over-tls', { ca: ca() }))

test('a device speaks over WebSocket', () => wholeConversation(`ws://127.0.0.1:${trial.broker.ports.ws}`, 'over-ws'))

test('plain bytes at the TLS door end that connection alone', async () => {
  const socket = connect(trial.broker.ports.tls ?? 0, '127.0.0.1')
  const one = new RawDevice(socket)
  one.send(hello('stranger'))
  await one.closed
  await wholeConversation(`mqtts://127.0.0.1:${trial.broker.ports.tls}`, 'over-tls-2', { ca: ca() })
})

test.each(['tcp', 'tls', 'ws'] as const)('a stranger who says nothing at the %s door is shown out', async (door) => {
  const one = new RawDevice(connect(trial.broker.ports[door] ?? 0, '127.0.0.1'))
  await one.closed
})

test('a stranger who ends the TLS handshake and says nothing more is shown out', async () => {
  const one = new RawDevice(connectTls({ port: trial.broker.ports.tls ?? 0, host: '127.0.0.1', ca: ca() }))
  await one.closed
})

test('a device that breaks off within TLS is noticed', async () => {
  const socket = connectTls({ port: trial.broker.ports.tls ?? 0, host: '127.0.0.1', ca: ca() })
  const one = new RawDevice(socket)
  one.send(hello('breaks-off'))
  await one.next('connack')
  socket.destroy()
  await trial.until(() => trial.events.some((event) => event.startsWith('disconnected breaks-off')))
})

test('many packets in one WebSocket message, and one in many, are understood', async () => {
  const socket = new WebSocket(`ws://127.0.0.1:${trial.broker.ports.ws}`, 'mqtt')
  const one = new RawDevice(createWebSocketStream(socket))
  one.send(hello('ws-1'))
  await one.next('connack')
  const { generate } = await import('mqtt-packet')
  const count = 1000
  const bytes = Buffer.concat(Array.from({ length: count }, (_, i) => generate(publication('ws-1', 'reading', i + 1))))
  for (const part of [bytes.subarray(0, 7), bytes.subarray(7, 8), bytes.subarray(8)]) socket.send(part)
  for (let i = 0; i < count; i++) expect(await one.next('puback')).toBeDefined()
  socket.terminate()
})

test.each([
  ['without the subprotocol', []],
  ['with another subprotocol', ['chat']],
])('a WebSocket %s is refused', async (_name, protocols) => {
  const socket = new WebSocket(`ws://127.0.0.1:${trial.broker.ports.ws}`, protocols)
  const error = await new Promise<Error>((resolve) => socket.once('error', resolve))
  expect(error.message).toContain('400')
})

test.each([
  ['a text message', (socket: WebSocket) => socket.send('hello')],
  ['a message of a megabyte', (socket: WebSocket) => socket.send(Buffer.alloc(1 << 20))],
])('%s ends the WebSocket', async (_name, say) => {
  const socket = new WebSocket(`ws://127.0.0.1:${trial.broker.ports.ws}`, 'mqtt')
  socket.on('error', () => {})
  await new Promise((resolve) => socket.once('open', resolve))
  const closed = new Promise((resolve) => socket.once('close', resolve))
  say(socket)
  await closed
})

test('an ordinary HTTP request is told to upgrade', async () => {
  const response = await fetch(`http://127.0.0.1:${trial.broker.ports.ws}/`)
  expect(response.status).toBe(426)
})
