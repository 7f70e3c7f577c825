import { rejections } from '@anju/domain/wire/rejection'
import type pg from 'pg'
import { newId } from '../id.ts'
import { transact, transactSeeing, type Tx } from '../tx.ts'
import { storeFacts } from './apply.ts'
import { type Arrived, isFact, type Rejected, type Stored } from './arrived.ts'
import { lookAtPresses, type Seen } from './press.ts'
import { storeRejected } from './reject.ts'

/** One item of a lane's batch: a fact, or what was no fact from the start. */
export type LaneItem = { fact: Arrived } | { rejected: Rejected }

/** Stores a lane's batch in one transaction of its own, as of now; answers by the items' ids. */
export function commitBatch(pool: pg.Pool, items: readonly LaneItem[]): Promise<Map<string, Stored>> {
  const presses = items.flatMap((item) => ('fact' in item && isFact(item.fact, 'press') ? [item.fact] : []))
  if (presses.length === 0) return transact(pool, (tx) => storeBatch(tx, items, new Date()))
  return transactSeeing(
    pool,
    async (db) => {
      const now = new Date()
      return { now, seen: await lookAtPresses(db, presses, now) }
    },
    (tx, { now, seen }) => storeBatch(tx, items, now, seen),
  )
}

/** Stores facts and rejected items; answers by their ids. `seen` as `storeFacts` takes it. */
export async function storeBatch(
  tx: Tx,
  items: readonly LaneItem[],
  now: Date,
  seen?: Seen,
): Promise<Map<string, Stored>> {
  const facts = items.flatMap((item) => ('fact' in item ? [item.fact] : []))
  const rejected = items.flatMap((item) => ('rejected' in item ? [item.rejected] : []))
  const result = facts.length > 0 ? await storeFacts(tx, facts, now, seen) : new Map<string, Stored>()
  for (const fact of facts) {
    const stored = result.get(fact.factId)
    if (stored?.is === 'rejected') rejected.push(asRejected(fact, stored.code))
  }
  await storeRejected(tx, rejected)
  for (const item of rejected) result.set(item.id, { is: 'rejected', code: item.code })
  return result
}

/** A fact that cannot be stored as one, kept with its bytes. */
export function asRejected(fact: Arrived, code: Rejected['code']): Rejected {
  return {
    id: fact.factId,
    receivedAt: fact.receivedAt,
    deviceId: fact.fact.deviceId,
    type: fact.fact.type,
    code,
    detail: rejections[code],
    body: fact.body,
  }
}

/** The same press with nothing but its bytes: what is left to try when a press cannot be stored as read. */
export function asUnreadable(fact: Arrived): Arrived | null {
  if (fact.fact.type !== 'press' || fact.fact.messageId === null) return null
  const time = { at: fact.receivedAt, deviceAt: null, marks: ['clockless' as const, 'unreadable' as const] }
  return {
    ...fact,
    factId: newId(fact.receivedAt),
    fact: { ...fact.fact, messageId: null, time, battery: null },
  }
}
