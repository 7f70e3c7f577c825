import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { NotCanonical } from '@anju/domain/canonical'
import { Refusal, refusals, type RefusalCode } from '@anju/domain/error'
import { isAway, sqlState } from '@anju/prisma/sqlstate'
import { TooBusy } from '@anju/prisma/user/password'
import { isReadAway } from '@anju/prisma/reads'
import type { Problem } from './schema.ts'

/** How long a client should wait while the database is away. */
const AWAY_RETRY_S = 2

/** PostgreSQL holds no U+0000 in a text (character_not_in_repertoire). */
const NOT_TEXT = '22021'

/** What an error means to the one who asked; anything unforeseen is `internal-error`, and logged by the caller. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error
  if (error instanceof TooBusy)
    return new Refusal('sign-in-throttled', 'Too many sign-ins at once.', { retryAfterS: 5 })
  if (isAway(error) || isReadAway(error)) return new Refusal('database-away', undefined, { retryAfterS: AWAY_RETRY_S })
  if (isFastifyError(error)) return refusalOfFastify(error)
  if (error instanceof NotCanonical || sqlState(error) === NOT_TEXT) {
    return new Refusal('invalid-request', 'A text holds what is no text: U+0000 or half a surrogate pair.')
  }
  return new Refusal('internal-error')
}

function refusalOfFastify(error: FastifyError): Refusal {
  if (error.validation) return new Refusal('invalid-request', error.message)
  if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE') return new Refusal('payload-too-large')
  if (error.code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return new Refusal('unsupported-media-type')
  const status = error.statusCode ?? 500
  return status >= 400 && status < 500 ? new Refusal('invalid-request', error.message) : new Refusal('internal-error')
}

function isFastifyError(error: unknown): error is FastifyError {
  return (
    error instanceof Error && 'code' in error && typeof error.code === 'string' && /^(FST_|ERR_|SQ)/.test(error.code)
  )
}

/** RFC 9457. */
export function problemOf(refusal: Refusal): Problem {
  const code: RefusalCode = refusal.code
  const { status, title } = refusals[code]
  return { type: `urn:anju:problem:${code}`, title, status, code, detail: refusal.message, ...refusal.more }
}

/** Answers with a problem. Its `retryAfterS`, if it has one, is said in the header as well. */
export function sendProblem(reply: FastifyReply, refusal: Refusal): FastifyReply {
  const problem = problemOf(refusal)
  const wait = refusal.more['retryAfterS']
  if (typeof wait === 'number') reply.header('retry-after', String(wait))
  return reply
    .code(problem.status)
    .header('content-type', 'application/problem+json')
    .header('cache-control', 'no-store')
    .serializer((payload: unknown) => JSON.stringify(payload))
    .send(problem)
}

/** Fastify's error handler. Logs what nobody foresaw, without the values the error may carry. */
export function onError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const refusal = refusalOf(error)
  if (refusal.code === 'internal-error') request.log.error({ fault: faultOf(error) }, 'request failed')
  else if (refusal.code === 'database-away') request.log.warn({ fault: faultOf(error) }, 'database away')
  return sendProblem(reply, refusal)
}

/** An error as the log may show it: PostgreSQL's `detail` and `where` quote rows, so they stay out (promise 10). */
export function faultOf(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { message: String(error) }
  const code = 'code' in error ? error.code : undefined
  return { name: error.name, code, message: error.message.slice(0, 500), stack: error.stack?.slice(0, 2000) }
}
