import type { DeviceKind } from './kinds.ts'

/** How a device fares, worst last but for `revoked`, which is no trouble. */
export const deviceStates = ['alive', 'late', 'silent', 'never', 'revoked'] as const
export type DeviceLiveness = (typeof deviceStates)[number]

const MINUTE_S = 60
const HOUR_S = 3600

/**
 * Seconds after which a device has missed a report: more than its own rhythm, less than its silence (`kinds.ts`).
 * What reports every few minutes is late after one and a half of them or so; a meter after a day and a half without
 * the daily use, a scale half a day after its week.
 */
export const lateAfterS: Record<DeviceKind, number> = {
  hub: 5 * MINUTE_S,
  button: 8 * MINUTE_S,
  'door-reader': 15 * MINUTE_S,
  'bp-meter': 36 * HOUR_S,
  'glucose-meter': 36 * HOUR_S,
  oximeter: 36 * HOUR_S,
  thermometer: 36 * HOUR_S,
  scale: 7.5 * 24 * HOUR_S,
}

export interface Heartbeat {
  kind: DeviceKind
  revokedAt: Date | null
  lastMessageAt: Date | null
  /** Found silent by its deadline, which knows our own downtime. */
  silentSince: Date | null
  silentAfterS: number
}

/**
 * How a device fares at `now`. Silence is its deadline's word and not recounted here: while nobody could hear it (our
 * own downtime) a device is late at most.
 */
export function livenessOf(device: Heartbeat, now: Date): DeviceLiveness {
  if (device.revokedAt !== null) return 'revoked'
  if (device.silentSince !== null) return 'silent'
  if (device.lastMessageAt === null) return 'never'
  return device.lastMessageAt < lateBefore(device.kind, device.silentAfterS, now) ? 'late' : 'alive'
}

/** Heard before this moment and not since, a device is late. One with less patience than its kind is late sooner. */
export function lateBefore(kind: DeviceKind, silentAfterS: number, now: Date): Date {
  return new Date(now.getTime() - Math.min(lateAfterS[kind], silentAfterS) * 1000)
}

/** At or below this a battery wants changing: a button lasts about a month more. */
export const LOW_BATTERY_PERCENT = 20

/** What a signal is worth, in words; for Wi-Fi and NB-IoT alike, as both give dBm. */
export const signals = ['strong', 'fair', 'weak', 'poor'] as const
export type Signal = (typeof signals)[number]

/** `dBm`: negative; −60 and above is strong, below −90 messages are lost. */
export function signalOf(dBm: number): Signal {
  if (dBm >= -60) return 'strong'
  if (dBm >= -75) return 'fair'
  return dBm >= -90 ? 'weak' : 'poor'
}
