import { Refusal } from '@anju/domain/error'
import type { Tx } from '../tx.ts'

export interface KeyedRequest {
  /** 'user:<id>' or 'key:<id>': keys of two principals never meet. */
  principal: string
  key: string
  /** 'POST /api/elders' */
  route: string
  /** SHA-256 of method, address and canonical body. */
  requestHash: Buffer
  now: Date
}

/**
 * Claims the key for this request within its own transaction, and answers null: go on. A key that was already
 * used for the same request answers the sealed outcome of the first; for another request it refuses
 * `idempotency-key-reused`. Of two at once, the second waits for the first to commit.
 */
export async function claimKey(tx: Tx, request: KeyedRequest): Promise<Buffer | null> {
  const claimed = await tx.query(
    `insert into idempotency (principal, key, route, request_hash, created_at) values ($1, $2, $3, $4, $5)
     on conflict (principal, key) do nothing returning key`,
    [request.principal, request.key, request.route, request.requestHash, request.now],
  )
  if (claimed.length > 0) return null
  const [first] = await tx.query<{ requestHash: Buffer; outcome: Buffer | null }>(
    `select request_hash as "requestHash", response_sealed as "outcome" from idempotency
     where principal = $1 and key = $2`,
    [request.principal, request.key],
  )
  if (!first?.outcome || !first.requestHash.equals(request.requestHash)) throw new Refusal('idempotency-key-reused')
  return first.outcome
}

/** Keeps the sealed outcome beside the claimed key, in the same transaction as the change. */
export async function keepOutcome(
  tx: Tx,
  { principal, key, status, outcome }: { principal: string; key: string; status: number; outcome: Uint8Array },
): Promise<void> {
  await tx.query('update idempotency set status = $3, response_sealed = $4 where principal = $1 and key = $2', [
    principal,
    key,
    status,
    outcome,
  ])
}

/** A client that did not hear the answer within this time will not ask again. */
export const KEY_KEPT_MS = 24 * 3_600_000

/** Forgets keys that nobody will repeat. */
export async function forgetKeys(tx: Tx, now: Date): Promise<void> {
  await tx.query('delete from idempotency where created_at < $1', [new Date(now.getTime() - KEY_KEPT_MS)])
}
