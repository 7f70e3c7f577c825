import type { Measurement } from './reading.ts'
import type { RejectionCode } from './rejection.ts'
import type { SunMessage } from './schema.ts'
import type { FactTime } from './time.ts'

/** What a device said, decoded. `messageId` is the device's own id; a state has none and an unreadable press may have none. */
export type Fact =
  | { type: 'press'; deviceId: string; messageId: string | null; time: FactTime; battery: number | null }
  | { type: 'reading'; deviceId: string; messageId: string; time: FactTime; measurement: Measurement }
  | { type: 'tap'; deviceId: string; messageId: string; time: FactTime; uid: string | null; sun: SunMessage | null }
  | {
      type: 'state'
      deviceId: string
      time: FactTime
      online: boolean
      boot: number | null
      seq: number | null
      battery: number | null
      rssi: number | null
      firmware: string | null
      uptimeS: number | null
      /** The case is open; null: it does not say. */
      tamper: boolean | null
      will: boolean
      /** The first state of its connection: what the device says of itself now, whatever its counters were before. */
      fresh: boolean
    }
  | { type: 'ack'; deviceId: string; commandId: string; result: string }

/** One item of a message: a fact with its canonical body (RFC 8785), or why it is none. */
export type Item =
  | { ok: true; fact: Fact; canonical: string | null }
  | {
      ok: false
      type: string
      deviceId: string
      messageId: string | null
      code: RejectionCode
      detail: string
      /** The item's own text within a batch; null: the whole payload is at fault. */
      text: string | null
    }
