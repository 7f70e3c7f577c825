/** An interval in which at least one gateway was up. */
export interface Up {
  from: Date
  to: Date
}

/** A gateway's beat is written every 5 s; it counts as up for this long after one. */
export const UP_AFTER_BEAT_MS = 15_000
/** Silent devices of one minute are decided together, so that a shared cause shows. */
export const COLLECT_MS = 60_000
/** Fewer silent devices than this in a community have each their own cause. */
export const SHARED_FROM = 3
/** And at least this part of the community's devices must be silent. */
export const SHARED_PART = 0.5
export const SILENCE_RULE = 'silence/3'

/**
 * How long a device has been silent while we could have heard it, in ms: our own downtime never counts (promise 5).
 * `up` may overlap and be in any order.
 */
export function silentForMs(lastHeard: Date, now: Date, up: readonly Up[]): number {
  let total = 0
  let reached = lastHeard.getTime()
  for (const { from, to } of [...up].sort((a, b) => a.from.getTime() - b.from.getTime())) {
    const begin = Math.max(reached, from.getTime())
    const end = Math.min(now.getTime(), to.getTime())
    if (end <= begin) continue
    total += end - begin
    reached = end
  }
  return total
}

export type SilenceVerdict =
  { kind: 'moot'; why: string } | { kind: 'again'; dueAt: Date } | { kind: 'silent'; forMs: number }

/** Is this device silent? Asked when its deadline is due, anew each time (promise 6). */
export function decideSilent(
  device: { lastHeard: Date | null; silentSince: Date | null; revoked: boolean; silentAfterMs: number },
  up: readonly Up[],
  now: Date,
): SilenceVerdict {
  if (device.revoked) return { kind: 'moot', why: 'revoked' }
  const again = (ms: number): SilenceVerdict => ({ kind: 'again', dueAt: new Date(now.getTime() + ms) })
  // Never heard: it lies in a drawer until it is first switched on, and that is no silence.
  if (device.lastHeard === null || device.silentSince !== null) return again(device.silentAfterMs)
  const forMs = silentForMs(device.lastHeard, now, up)
  if (forMs >= device.silentAfterMs) return { kind: 'silent', forMs }
  // At least a second: liveness is written every few seconds, so a sharper answer would be noise.
  return again(Math.max(1000, device.silentAfterMs - forMs))
}

export interface SilentDevice {
  id: string
  hubId: string | null
  areaId: string
}

export interface SilenceGroup {
  cause: 'hub' | 'community' | 'device' | 'drill'
  /** The hub, the area, the device or the drill. */
  ref: string
  devices: string[]
}

/**
 * Finds shared causes among devices that fell silent together: a hub with its children where it stands, a community (its power, its
 * network) when at least half of what it has and no fewer than three are silent; the rest each on their own.
 * `inArea` counts the devices of each area that would show it. Every device stands in exactly one group.
 */
export function groupSilent(silent: readonly SilentDevice[], inArea: ReadonlyMap<string, number>): SilenceGroup[] {
  const groups: SilenceGroup[] = []
  const left = new Map(silent.map((device) => [device.id, device]))
  const take = (cause: SilenceGroup['cause'], ref: string, devices: readonly SilentDevice[]) => {
    groups.push({ cause, ref, devices: devices.map((device) => device.id).sort() })
    for (const device of devices) left.delete(device.id)
  }
  for (const [areaId, devices] of Map.groupBy(left.values(), (device) => device.areaId)) {
    const whole = inArea.get(areaId) ?? devices.length
    if (devices.length >= SHARED_FROM && devices.length >= whole * SHARED_PART) take('community', areaId, devices)
  }
  for (const [hubId, bound] of Map.groupBy(left.values(), (device) => device.hubId)) {
    const hub = hubId === null ? undefined : left.get(hubId)
    // One that was moved and still names its old hub fell silent for a reason of its own.
    const children = bound.filter((device) => device !== hub && device.areaId === hub?.areaId && left.has(device.id))
    if (hub && children.length > 0) take('hub', hub.id, [hub, ...children])
  }
  for (const device of [...left.values()]) take('device', device.id, [device])
  return groups
}
