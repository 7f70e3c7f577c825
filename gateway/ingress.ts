import { timingSafeEqual } from 'node:crypto'
import type { Receipt } from '@anju/domain/wire/schema'
import { DEVICE_TOPICS } from '@anju/domain/wire/schema'
import { MAX_BATCH_BYTES } from '@anju/domain/wire/limits'
import { Refusal, refusals, type RefusalCode } from '@anju/domain/error'
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import type { Logger } from 'pino'
import { keyIdOf, verifySignature } from './signature.ts'
import type { UnstoredPresses } from './unstored.ts'

export interface IngressParts {
  /** Stores one message and answers with its receipt after COMMIT. */
  receive(deviceId: string, topic: string, payload: Buffer): Promise<Receipt>
  /** The device's key for HTTP signatures; undefined when it is not ours or revoked. Rejects while nobody can say. */
  httpKey(deviceId: string): Promise<Buffer | undefined>
  /** Milliseconds this device is to wait for with a message on this topic. */
  paceMs(deviceId: string, topic: string): number
  unstored: UnstoredPresses
  /** Bearer token of the API processes. */
  liveToken: string
  log: Logger
}

const KEEP_ALIVE_MS = 3000

/**
 * The gateway's own HTTP door: `POST /anju/v1/{deviceId}/{topic}` for devices without MQTT, the same messages on the
 * same path to the database; and, for our API processes alone, the presses that cannot be stored yet.
 */
export function buildIngress(parts: IngressParts): FastifyInstance {
  const app = fastify({ logger: false, bodyLimit: MAX_BATCH_BYTES, routerOptions: { maxParamLength: 64 } })
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  app.setErrorHandler((error, _request, reply) => problem(reply, refusalOf(error), parts.log))
  app.setNotFoundHandler((_request, reply) => problem(reply, new Refusal('not-found'), parts.log))

  app.get('/healthz', () => ({ status: 'ok' }))
  app.post<{ Params: { deviceId: string; topic: string }; Body: unknown }>(
    '/anju/v1/:deviceId/:topic',
    async (request) => {
      const { deviceId, topic } = request.params
      const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
      await authenticate(parts, request, deviceId, body)
      if (!DEVICE_TOPICS.some((known) => known === topic)) throw new Refusal('not-found', 'There is no such topic.')
      const waitMs = parts.paceMs(deviceId, topic)
      if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs))
      return parts.receive(deviceId, topic, body)
    },
  )
  app.get('/internal/unstored', (request, reply) => streamUnstored(parts, request, reply))
  return app
}

async function authenticate(parts: IngressParts, request: FastifyRequest, deviceId: string, body: Buffer) {
  const header = (name: string) => {
    const value = request.headers[name]
    return typeof value === 'string' ? value : undefined
  }
  const signed = {
    method: request.method,
    path: request.url.split('?')[0] ?? '',
    body,
    contentDigest: header('content-digest'),
    signatureInput: header('signature-input'),
    signature: header('signature'),
  }
  if (keyIdOf(signed) !== deviceId) throw new Refusal('signature-refused')
  const key = await parts.httpKey(deviceId).catch((cause: unknown) => {
    parts.log.warn({ device: deviceId, err: cause }, 'device cannot be verified now')
    throw new Refusal('database-away')
  })
  if (!key || !verifySignature(signed, key)) throw new Refusal('signature-refused')
}

function streamUnstored(parts: IngressParts, request: FastifyRequest, reply: FastifyReply): void {
  const given = Buffer.from(request.headers.authorization ?? '')
  const wanted = Buffer.from(`Bearer ${parts.liveToken}`)
  if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) {
    problem(reply, new Refusal('not-allowed'), parts.log)
    return
  }
  reply.hijack()
  const { raw } = reply
  raw.writeHead(200, { 'content-type': 'application/x-ndjson', 'cache-control': 'no-store' })
  const stop = parts.unstored.listen((press) => raw.write(`${JSON.stringify(press)}\n`))
  // An empty line says that we live: a reader that hears none for a while connects anew.
  const beat = setInterval(() => raw.write('\n'), KEEP_ALIVE_MS)
  raw.on('close', () => {
    stop()
    clearInterval(beat)
  })
}

function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error
  if (error instanceof Error && 'statusCode' in error && error.statusCode === 413)
    return new Refusal('payload-too-large')
  if (error instanceof Error && 'statusCode' in error && error.statusCode === 400) return new Refusal('invalid-request')
  return new Refusal('internal-error', undefined, { cause: error })
}

function problem(reply: FastifyReply, refusal: Refusal, log: Logger): void {
  const code: RefusalCode = refusal.code
  const { status, title } = refusals[code]
  if (status >= 500) log.error({ code, err: refusal.more['cause'] }, 'ingress failed')
  void reply
    .code(status)
    .type('application/problem+json')
    .send({ type: 'about:blank', title, status, code, detail: refusal.message })
}
