import type { Fact } from '@anju/domain/wire/fact'
import type { RejectionCode } from '@anju/domain/wire/rejection'

/** How a message came to us. */
export type Way = 'mqtt' | 'http' | 'external'

/** A decoded fact as it arrived. `factId` is made at arrival and followed through log, event and screen. */
export interface Arrived {
  factId: string
  receivedAt: Date
  way: Way
  /** The hub that spoke for the device, if any. */
  via: string | null
  /** SHA-256 of the canonical body; of the raw bytes when unreadable. */
  sha256: Buffer
  body: Buffer
  fact: Fact
}

export type ArrivedFact<T extends Fact['type']> = Arrived & { fact: Extract<Fact, { type: T }> }

/** An item that is no fact, to be kept with its reason. */
export interface Rejected {
  id: string
  receivedAt: Date
  /** As claimed on the wire. */
  deviceId: string
  type: string
  code: RejectionCode
  detail: string
  body: Buffer
}

/** What became of an arrived fact. */
export type Stored = { is: 'stored' | 'id-reused' | 'duplicate' } | { is: 'rejected'; code: RejectionCode }

export function isFact<T extends Fact['type']>(arrived: Arrived, type: T): arrived is ArrivedFact<T> {
  return arrived.fact.type === type
}
