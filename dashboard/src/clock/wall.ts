/** A moment as it is typed into `<input type="datetime-local">`, in the area's zone whatever the browser's. */

function offsetMs(zone: string, at: number): number {
  const whole = Math.floor(at / 1000) * 1000
  // Sweden writes dates as ISO 8601 does.
  const local = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' }).format(
    whole,
  )
  return Date.parse(`${local.replace(' ', 'T')}Z`) - whole
}

/** '2026-11-22T21:40' of an instant. */
export function wallOf(at: number, zone: string): string {
  return new Date(at + offsetMs(zone, at)).toISOString().slice(0, 16)
}

/** The instant of '2026-11-22T21:40' as ISO 8601; null when it is no moment. */
export function instantOf(wall: string, zone: string): string | null {
  const asUtc = Date.parse(`${wall}Z`)
  if (Number.isNaN(asUtc)) return null
  const guess = asUtc - offsetMs(zone, asUtc)
  return new Date(asUtc - offsetMs(zone, guess)).toISOString()
}

/** The day on which `at` (ms) falls in the zone: from its midnight to the next, ms. */
export function dayBounds(at: number, zone: string): { from: number; to: number } {
  const midnight = (wall: string): number => Date.parse(instantOf(`${wall.slice(0, 10)}T00:00`, zone) ?? '')
  const from = midnight(wallOf(at, zone))
  // thirty hours on is the next day in every zone, also where a clock is put forward or back
  return { from, to: midnight(wallOf(from + 30 * 3_600_000, zone)) }
}

/** The instant of a typed moment; this very minute is now, for a form's clock stands at minutes. */
export function momentOf(wall: string, zone: string, now: number): string | null {
  return wall === wallOf(now, zone) ? new Date(now).toISOString() : instantOf(wall, zone)
}
