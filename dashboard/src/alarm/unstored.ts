import type { LiveData } from '../link/protocol.ts'
import type { Unstored } from './order.ts'

const text = (value: unknown): string => (typeof value === 'string' ? value : '')

/** The presses waiting to be stored after `press.unstored` said one more, or took one back. A repeat changes nothing. */
export function held(
  waiting: readonly Unstored[],
  data: LiveData,
): { presses: readonly Unstored[]; sounds: boolean; stored: boolean } {
  const deviceId = text(data['deviceId'])
  const receivedAt = text(data['receivedAt'])
  const stored = data['stored'] === true
  const known = waiting.find((item) => item.deviceId === deviceId)
  const others = waiting.filter((item) => item !== known)
  if (stored) {
    const presses = known?.presses.filter((at) => at !== receivedAt) ?? []
    return { presses: known && presses.length > 0 ? [...others, { ...known, presses }] : others, sounds: false, stored }
  }
  if (known?.presses.includes(receivedAt)) return { presses: waiting, sounds: false, stored }
  const presses = [...(known?.presses ?? []), receivedAt].sort()
  const next = {
    key: `unstored ${deviceId}`,
    deviceId,
    presses,
    elderName: text(data['elderName']),
    place: text(data['place']),
  }
  return { presses: [...others, next], sounds: true, stored }
}
