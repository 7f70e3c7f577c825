/** Where the phone says it is, as it is sent. */
export interface Position {
  lon: number
  lat: number
  accuracyM: number
  system: 'wgs84' | 'unknown'
  at: string
}
type Found = { position: Position } | { why: 'denied' | 'unavailable' }

export type NoPosition = 'position-denied' | 'position-unavailable'

/** A stairwell is no place to wait longer. */
const WITHIN_MS = 6000

/**
 * The standard asks for WGS-84. Some browsers of Chinese makers answer in GCJ-02, 100–700 m off, and say nothing of it:
 * of those the system is unknown, and the platform weighs both.
 */
export function systemOf(userAgent: string): Position['system'] {
  return /MicroMessenger|MQQBrowser|UCBrowser|QQ\/|baidu|Quark|MiuiBrowser|HeyTapBrowser|VivoBrowser|HuaweiBrowser|HarmonyOS|360SE|QihooBrowser/i.test(
    userAgent,
  )
    ? 'unknown'
    : 'wgs84'
}

function findPosition(): Promise<Found> {
  const { geolocation } = navigator
  if (geolocation === undefined) return Promise.resolve({ why: 'unavailable' })
  return new Promise((resolve) => {
    geolocation.getCurrentPosition(
      ({ coords, timestamp }) =>
        resolve({
          position: {
            lon: coords.longitude,
            lat: coords.latitude,
            accuracyM: Math.round(coords.accuracy),
            system: systemOf(navigator.userAgent),
            at: new Date(timestamp).toISOString(),
          },
        }),
      ({ code }) => resolve({ why: code === 1 ? 'denied' : 'unavailable' }),
      { enableHighAccuracy: true, timeout: WITHIN_MS, maximumAge: 30_000 },
    )
  })
}

/** For what is said all the same: the position, or why there is none. */
export async function withPosition(): Promise<{ position: Position } | { noPosition: NoPosition }> {
  const found = await findPosition()
  return 'position' in found ? found : { noPosition: `position-${found.why}` }
}
