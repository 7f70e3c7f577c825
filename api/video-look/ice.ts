import { createHmac } from 'node:crypto'
import type { Relay } from '@anju/domain/config'
import type { Signal } from './schema.ts'

const HOLDS_S = 3600

/**
 * Servers for two browsers to find each other, with credentials that hold for an hour: the TURN REST scheme, as coturn
 * takes it with `use-auth-secret` (user = when it ends and whose it is, password = HMAC-SHA1 of that by the secret).
 */
export function iceServersOf(relay: Relay | null, lookId: string, now: Date): Signal['iceServers'] {
  if (relay === null) return []
  const username = `${Math.floor(now.getTime() / 1000) + HOLDS_S}:${lookId}`
  return relay.urls.map((url) =>
    url.startsWith('turn') && relay.secret !== null
      ? { urls: [url], username, credential: createHmac('sha1', relay.secret).update(username).digest('base64') }
      : { urls: [url] },
  )
}
