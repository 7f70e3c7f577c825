import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import { timingSafeEqual } from 'node:crypto'
import { isTimely, signaturesOf } from '@anju/domain/call/hook'
import { readNumber } from '@anju/domain/call/number'
import { Refusal } from '@anju/domain/error'
import { takeSaid } from '@anju/prisma/call/apply'
import { transact } from '@anju/prisma/tx'
import type { Deps } from '../deps.ts'
import { signWebhook } from '../notification/webhook.ts'
import { HookBody, HookTaken } from './schema.ts'

/** An event of a call is some hundred bytes. */
const HOOK_LIMIT = 16 * 1024

/** Where an exchange tells of calls: signed as Standard Webhooks 1.0.0 has it, each message taken once. */
export function callHookRoutes(deps: Deps): FastifyPluginAsyncTypebox {
  const ids = new WeakMap<FastifyRequest, string>()
  return async (app) => {
    // The signature is over the bytes as they came, and is looked at before anything reads them.
    app.removeContentTypeParser('application/json')
    app.addContentTypeParser('application/json', { parseAs: 'buffer' }, async (_request: unknown, body: Buffer) => body)
    app.addHook('preValidation', async (request: FastifyRequest) => {
      const raw = request.body
      ids.set(request, requireSigned(deps, request, Buffer.isBuffer(raw) ? raw : Buffer.alloc(0)))
      request.body = parse(raw)
    })

    app.post(
      '/api/calls',
      {
        bodyLimit: HOOK_LIMIT,
        config: { action: 'open' },
        schema: {
          operationId: 'takeCall',
          tags: ['call'],
          summary: 'What an exchange says of a call; signed (webhook-id, webhook-timestamp, webhook-signature)',
          body: HookBody,
          response: { 200: HookTaken },
        },
      },
      async (request) => {
        const { call: externalId, event, direction, number = null, at, extension = '' } = request.body
        const said = { externalId, event, direction, at: new Date(at), extension, now: deps.now() }
        const webhookId = ids.get(request) ?? ''
        const known = number === null ? null : readNumber(number)
        return transact(deps.pool, (tx) => takeSaid(tx, deps.key, { ...said, webhookId, number: known }))
      },
    )
  }
}

/** Answers the message's id. Refuses `hook-off` and `signature-refused`. */
function requireSigned(deps: Deps, request: FastifyRequest, body: Buffer): string {
  const secret = deps.config.callSecret
  if (secret === null) throw new Refusal('hook-off')
  const [id, timestamp, signature] = ['id', 'timestamp', 'signature'].map((name) => {
    const value = request.headers[`webhook-${name}`]
    return typeof value === 'string' ? value : ''
  })
  if (!id || !timestamp || !signature || id.length > 255) {
    throw new Refusal('signature-refused', 'Send webhook-id, webhook-timestamp and webhook-signature.')
  }
  const expected = Buffer.from(signWebhook(secret, id, Number(timestamp), body.toString('utf8')))
  const signed = signaturesOf(signature).some((one) => {
    const given = Buffer.from(one)
    return given.length === expected.length && timingSafeEqual(given, expected)
  })
  if (!signed) throw new Refusal('signature-refused')
  if (!isTimely(timestamp, deps.now())) {
    throw new Refusal('signature-refused', 'The message was sent more than five minutes ago, or is still to be sent.')
  }
  return id
}

function parse(raw: unknown): unknown {
  try {
    return Buffer.isBuffer(raw) ? JSON.parse(raw.toString('utf8')) : raw
  } catch {
    throw new Refusal('invalid-request', 'The body is not JSON.')
  }
}
