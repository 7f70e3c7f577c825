import type pg from 'pg'
import { lastWholeDay } from '@anju/domain/evidence/root'
import type { MasterKey } from '../key.ts'
import { transact } from '../tx.ts'
import { sealDay, type SealedRoot } from './apply.ts'

/** Days of evidence end at midnight here, where the whole programme is. */
const TIME_ZONE = 'Asia/Shanghai'

/** The installation's Ed25519 seed for roots of evidence, derived from its master key. */
export function signingKey(key: MasterKey): Uint8Array {
  return key.subKey('evidence signing')
}

/**
 * Seals the last whole day if it is not sealed yet; to be called every hour, by any number of processes. Null while
 * there is nothing to seal: a root over no chains proves nothing, and would be handed to a second party for ever.
 */
export function sealLastDay(pool: pg.Pool, key: MasterKey, now: Date): Promise<SealedRoot | null> {
  return transact(pool, async (tx) => {
    const [any] = await tx.query('select from evidence limit 1')
    return any === undefined ? null : sealDay(tx, lastWholeDay(now, TIME_ZONE), signingKey(key))
  })
}
