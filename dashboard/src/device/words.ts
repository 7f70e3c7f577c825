import { signalOf } from '@anju/domain/device/liveness'
import type { Messages } from '../messages/zh-CN.ts'

/** `弱 −82 dBm`: what the signal is worth, and the figure for whoever mends it. */
export function signalText(m: Messages, rssi: number | null): string {
  return rssi === null ? m.dash : m.fleet.dBm(m.fleet.signal[signalOf(rssi)], String(rssi).replace('-', '−'))
}

/** Running for so long, in the largest unit that says something. */
export function lasting(m: Messages, seconds: number): string {
  if (seconds >= 2 * 86_400) return m.fleet.page.days(String(Math.floor(seconds / 86_400)))
  if (seconds >= 2 * 3600) return m.fleet.page.hours(String(Math.floor(seconds / 3600)))
  return m.fleet.page.minutes(String(Math.floor(seconds / 60)))
}

/** A count as the language writes it: `1,204`. */
export function count(tag: string, n: number): string {
  return new Intl.NumberFormat(tag).format(n)
}

/** Seconds between two instants with one decimal: `0.4`. */
export function seconds(from: string, to: string): string {
  return Math.abs((Date.parse(to) - Date.parse(from)) / 1000).toFixed(1)
}
