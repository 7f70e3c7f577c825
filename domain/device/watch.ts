/** At or below this a cell is told of: a button lasts some weeks more. The index `device_state_to_watch` holds the same. */
export const BATTERY_LOW_PERCENT = 15
/** From here on it was changed: well above, so that a cold night raises nothing twice. */
export const BATTERY_FULL_PERCENT = 25
/** So many of one community in one pass are one errand, and one alarm that lists them. */
export const ERRAND_FROM = 3
/** More single alarms than this in one pass are put together by the area above, whatever they share. */
export const SINGLE_AT_MOST = 10
export const WATCH_RULE = 'watch/1'

export interface Watched {
  id: string
  areaId: string
  /** '/county/town/community/'. */
  areaPath: string
}

export interface WatchGroup {
  /** Its path; null: one device alone. */
  areaPath: string | null
  devices: string[]
}

/**
 * What of one pass becomes one alarm: three and more of a community; of the rest, where they are many, those of one
 * town, and at last those of one county. So three hundred low cells are a few alarms. Every device is in one group.
 */
export function groupWatched(devices: readonly Watched[]): WatchGroup[] {
  const groups: WatchGroup[] = []
  let left = [...devices]
  const longest = Math.max(0, ...devices.map(({ areaPath }) => depthOf(areaPath)))
  for (let depth = longest; depth >= 1; depth--) {
    // The first round is for communities; the areas above take what would be too many alone.
    if (depth < longest && left.length <= SINGLE_AT_MOST) break
    const byArea = Map.groupBy(left, ({ areaPath }) => pathAt(areaPath, depth))
    left = []
    for (const [areaPath, found] of byArea) {
      if (found.length >= ERRAND_FROM) groups.push({ areaPath, devices: found.map(({ id }) => id).sort() })
      else left.push(...found)
    }
  }
  return [...groups, ...left.map(({ id }) => ({ areaPath: null, devices: [id] }))]
}

function depthOf(areaPath: string): number {
  return areaPath.split('/').length - 2
}

/** A path's first areas; the whole path where it is no deeper. */
function pathAt(areaPath: string, depth: number): string {
  return `${areaPath
    .split('/')
    .slice(0, depth + 1)
    .join('/')}/`.replace('//', '/')
}
