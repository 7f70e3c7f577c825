/** The wire contract's limits, each with its reason. */

/** One message: room for any reading with unknown fields, small enough that ten thousand fit in memory. */
export const MAX_PAYLOAD_BYTES = 16 * 1024
/** One outbox batch: some 500 readings, a second's work for the slowest radio. */
export const MAX_BATCH_BYTES = 64 * 1024
/** Items in one batch: the smallest item is 30 bytes, so more would be padding meant to hurt. */
export const MAX_BATCH_ITEMS = 2000
/** A fact older than this at arrival is marked `late`: a healthy radio delivers in seconds. */
export const LATE_AFTER_MS = 2 * 60_000
/** A device clock this far ahead of ours is marked `skewed`; less is ordinary drift. */
export const AHEAD_AFTER_MS = 5 * 60_000
/** No device of ours measured anything before this: an earlier clock is a clock that lost its battery. */
export const EARLIEST_CLOCK = Date.UTC(2020, 0, 1)
/** `ago` beyond ten years is no age. */
export const MAX_AGO_S = 10 * 366 * 86_400
/** Presses of one alarm within a minute that sound; more are counted into it. */
export const SOUNDING_PRESSES_PER_MINUTE = 10
/** An unreadable press repeats itself only within this time, while its alarm is open (promise 2). */
export const UNREADABLE_REPEAT_MS = 10 * 60_000
/** Rejected bodies kept for a device and hour; further ones are counted. */
export const REJECTED_KEPT_PER_HOUR = 20
