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

/** Seals the last whole day if it is not sealed yet; to be called every hour, by any number of processes. */
export function sealLastDay(pool: pg.Pool, key: MasterKey, now: Date): Promise<SealedRoot> {
  return transact(pool, (tx) => sealDay(tx, lastWholeDay(now, TIME_ZONE), signingKey(key)))
}
