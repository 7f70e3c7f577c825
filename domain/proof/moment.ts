const MINUTE_MS = 60_000

export const momentLimits = {
  /** From the tap to its arrival; enough to sign in by PIN, too short to leave the village. */
  freshMin: 5,
  /** From when on a clock's error is told. */
  clockOffMin: 5,
} as const

/** Both clocks of a tap (promise 3). */
export interface Moment {
  /** The device's clock at the tap; null: it has none. */
  tappedAt: Date | null
  /** The device's clock when it sent: with it a delay is known however wrong the clock is. null: it does not say. */
  sentAt: Date | null
  /** Ours. */
  receivedAt: Date
}

export interface Timing {
  /** By our clock, as well as can be known; null: the device's clock cannot be used. */
  at: Date | null
  delayMin: number | null
  later: boolean
  /** How far the device's clock is ahead of ours, if that is worth telling. */
  clockOffMin: number | null
}

/**
 * When a tap happened and whether it was sent at once. Of a device that does not say when it sent, a clock that runs
 * ahead hides a delay, so it cannot be used.
 */
export function timingOf(
  { tappedAt, sentAt, receivedAt }: Moment,
  limits: { freshMin: number; clockOffMin: number } = momentLimits,
): Timing {
  const off = sentAt === null ? null : minutes(receivedAt, sentAt)
  const clockOffMin = off !== null && Math.abs(off) > limits.clockOffMin ? Math.round(off) : null
  const delay = tappedAt === null ? null : minutes(tappedAt, sentAt ?? receivedAt)
  const tolerated = sentAt === null ? -limits.clockOffMin : 0
  if (delay === null || delay < tolerated) return { at: null, delayMin: null, later: false, clockOffMin }
  const delayMin = Math.max(0, delay)
  return {
    at: new Date(receivedAt.getTime() - delayMin * MINUTE_MS),
    delayMin: Math.round(delayMin),
    later: delayMin > limits.freshMin,
    clockOffMin,
  }
}

/** From one instant to the other, negative if it is before. */
export function minutes(from: Date, to: Date): number {
  return (to.getTime() - from.getTime()) / MINUTE_MS
}
