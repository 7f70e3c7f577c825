import { createHash } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { canonicalJson } from '@anju/domain/canonical'
import { Refusal } from '@anju/domain/error'
import { claimKey, keepOutcome } from '@anju/prisma/idempotency/apply'
import { open, seal } from '@anju/prisma/key'
import { transact, type Tx } from '@anju/prisma/tx'
import type { Deps } from './deps.ts'
import { principalOf } from './principal.ts'

/**
 * Runs a change in one transaction. With an `Idempotency-Key`, the key's row and the sealed outcome are stored in the
 * same transaction: the same request again gets the same outcome and changes nothing, and of two at once only one
 * takes effect. The outcome must be JSON. A refusal stores nothing, so the key can be used again.
 */
export async function write<Outcome>(
  deps: Deps,
  request: FastifyRequest,
  work: (tx: Tx, now: Date) => Promise<Outcome>,
): Promise<Outcome> {
  const now = deps.now()
  const key = keyOf(request)
  if (key === undefined) return transact(deps.pool, (tx) => work(tx, now))
  const principal = principalOf(request).name
  const route = `${request.method} ${request.routeOptions.url ?? ''}`
  const aad = `${principal} ${key}`
  return transact(deps.pool, async (tx) => {
    const earlier = await claimKey(tx, { principal, key, route, requestHash: hashOf(request), now })
    // eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- what this very route sealed below
    if (earlier) return JSON.parse(open(deps.key, 'idempotency', aad, earlier).toString('utf8')) as Outcome
    const outcome = await work(tx, now)
    const sealed = seal(deps.key, 'idempotency', aad, Buffer.from(JSON.stringify(outcome)))
    await keepOutcome(tx, { principal, key, status: 200, outcome: sealed })
    return outcome
  })
}

function keyOf(request: FastifyRequest): string | undefined {
  const key = request.headers['idempotency-key']
  if (key === undefined) return undefined
  if (typeof key !== 'string' || !/^[\x21-\x7e]{1,255}$/.test(key)) throw new Refusal('idempotency-key-invalid')
  return key
}

/** What makes two requests the same: method, address and what the body says, however it was written. */
function hashOf(request: FastifyRequest): Buffer {
  const body = request.body === undefined ? '' : canonicalJson(request.body)
  return createHash('sha256').update(`${request.method}\n${request.url}\n${body}`).digest()
}
