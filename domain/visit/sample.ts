import { hmac } from '@noble/hashes/hmac.js'
import { sha256 } from '@noble/hashes/sha2.js'

export const SAMPLE_RULE = 'visit-sample/1'
/** Of a hundred visits so many are asked after by 12349, unless a setting says otherwise (P5.5). */
export const SAMPLE_SHARE_PERCENT = 10
export const SAMPLE_SHARE_BOUNDS = [0, 100] as const
/** For so many days after a visit its elder is asked; later nobody remembers which one is meant. */
export const ASKED_WITHIN_DAYS = 10

const TWO_TO_32 = 2 ** 32

/**
 * Whether 12349 asks after this visit. By the visit's id under a secret of the platform: nobody who does not hold it can
 * say so beforehand, and nobody can choose; asked again the answer is the same. A larger share only adds visits.
 */
export function isSampled(visitId: string, secret: Uint8Array, sharePercent: number): boolean {
  const digest = hmac(sha256, secret, new TextEncoder().encode(visitId))
  const place = new DataView(digest.buffer, digest.byteOffset).getUint32(0)
  return place < (sharePercent / 100) * TWO_TO_32
}
