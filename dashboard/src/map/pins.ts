import type { LonLat } from '@anju/domain/place/position'
import type { Alarm } from '../api/shapes.ts'
import { before, isRed, unowned } from '../alarm/order.ts'

/** What a pin's shape says: nobody owns a high one; nobody owns a lesser one; somebody is on it. */
export type PinShape = 'red' | 'waits' | 'owned'

/** Alarms of one place, loudest first. `about`: the place is only its community's. */
export type Pin = { key: string; at: LonLat; about: boolean; alarms: Alarm[]; first: Alarm; shape: PinShape }

export type Found = { at: LonLat; about: boolean }

/** One pin a place, the loudest alarm giving its shape; what has no place has no pin. Loudest first. */
export function pinsOf(alarms: readonly Alarm[], placeOf: (alarm: Alarm) => Found | null): Pin[] {
  const pins = new Map<string, Pin>()
  for (const alarm of [...alarms].sort(before)) {
    const found = placeOf(alarm)
    if (found === null) continue
    const key = `${found.at.lon} ${found.at.lat}`
    const pin = pins.get(key)
    if (pin) pin.alarms.push(alarm)
    else pins.set(key, { key, ...found, alarms: [alarm], first: alarm, shape: shapeOf(alarm) })
  }
  return [...pins.values()]
}

function shapeOf(alarm: Alarm): PinShape {
  if (isRed(alarm)) return 'red'
  return unowned(alarm) ? 'waits' : 'owned'
}
