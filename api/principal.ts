import type {} from '@fastify/cookie'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { may, isRole, type Action, type Role } from '@anju/domain/access/role'
import { scopeOf, type Scope } from '@anju/domain/access/scope'
import { Refusal } from '@anju/domain/error'
import { touchSession } from '@anju/prisma/session/apply'
import { transact } from '@anju/prisma/tx'
import { tokenHash } from '@anju/prisma/user/apply'
import type { Deps } from './deps.ts'
import { cameFromHere } from './origin.ts'

export const SESSION_COOKIE = 'anju_session'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What the route is for; 'open' asks for nobody. A route without it is refused at start. */
    action?: Action | 'open'
  }
}

/** Who sent a request: a person with a session, or a program with an API key. */
export type Principal = SessionPrincipal | KeyPrincipal

export interface SessionPrincipal {
  kind: 'session'
  /** 'user:<id>' */
  name: string
  scope: Scope & { readonly userId: string }
  session: { id: string; expiresAt: Date }
  user: { id: string; username: string; name: string; role: Role }
  area: { id: string; name: string; path: string }
}

export interface KeyPrincipal {
  kind: 'key'
  /** 'key:<id>' */
  name: string
  scope: Scope
  keyId: string
}

const principals = new WeakMap<FastifyRequest, Principal>()

/** Who asks. Routes with an action always have somebody. */
export function principalOf(request: FastifyRequest): Principal {
  const principal = principals.get(request)
  if (!principal) throw new Refusal('not-signed-in')
  return principal
}

/** The person who asks; a program is refused. */
export function personOf(request: FastifyRequest): SessionPrincipal {
  const principal = principalOf(request)
  if (principal.kind !== 'session') throw new Refusal('not-allowed', 'Only a signed-in person may do this.')
  return principal
}

/** How stale `last_seen_at` may be: a session slides at most this often, so that reading does not write. */
const TOUCH_EVERY_MS = 60_000

/** Asks every request who it is, whether its role may, and whether a change came from our own pages. */
export function guard(app: FastifyInstance, deps: Deps): void {
  app.addHook('onRoute', (route) => {
    if (route.config?.action === undefined) throw new Error(`${String(route.method)} ${route.url} names no action`)
  })
  app.addHook('onRequest', async (request) => {
    const { action } = request.routeOptions.config
    if (action === undefined || action === 'open') return
    const principal = await authenticate(request, deps)
    if (!principal) throw new Refusal('not-signed-in')
    if (
      principal.kind === 'session' &&
      !['GET', 'HEAD'].includes(request.method) &&
      !cameFromHere(request, deps.config)
    ) {
      throw new Refusal('origin-refused')
    }
    if (!may(principal.scope.role, action)) throw new Refusal('not-allowed')
    principals.set(request, principal)
  })
}

async function authenticate(request: FastifyRequest, deps: Deps): Promise<Principal | null> {
  const bearer = /^Bearer ([\x21-\x7e]{1,200})$/i.exec(request.headers.authorization ?? '')?.[1]
  if (bearer !== undefined) return keyPrincipal(bearer, deps)
  const cookie = request.cookies[SESSION_COOKIE]
  return cookie === undefined ? null : principalOfToken(cookie, deps)
}

/** Whose session a token is; null when it is over. */
export async function principalOfToken(token: string, { pool, now }: Deps): Promise<SessionPrincipal | null> {
  const found = await pool.query<{
    id: string
    expiresAt: Date
    lastSeenAt: Date
    userId: string
    username: string
    name: string
    role: string
    areaId: string
    areaName: string
    areaPath: string
    providerId: string | null
  }>(
    `select session.id, session.expires_at as "expiresAt", session.last_seen_at as "lastSeenAt",
            app_user.id as "userId", coalesce(app_user.username, '') as username, app_user.name, app_user.role,
            app_user.provider_id as "providerId", area.id as "areaId", area.name as "areaName", area.path as "areaPath"
     from session join app_user on app_user.id = session.user_id join area on area.id = app_user.area_id
     where session.token_hash = $1 and session.revoked_at is null and session.expires_at > $2
       and app_user.disabled_at is null`,
    [tokenHash(token), now()],
  )
  const row = found.rows[0]
  if (!row || !isRole(row.role)) return null
  let { expiresAt } = row
  if (now().getTime() - row.lastSeenAt.getTime() > TOUCH_EVERY_MS) {
    expiresAt = await transact(pool, (tx) => touchSession(tx, { id: row.id, now: now() }))
  }
  const { userId, role, areaPath, providerId } = row
  return {
    kind: 'session',
    name: `user:${userId}`,
    scope: scopeOf({ userId, role, areaPath, providerId }),
    session: { id: row.id, expiresAt },
    user: { id: userId, username: row.username, name: row.name, role },
    area: { id: row.areaId, name: row.areaName, path: areaPath },
  }
}

async function keyPrincipal(token: string, { pool }: Deps): Promise<KeyPrincipal | null> {
  const found = await pool.query<{ id: string; role: string; areaPath: string }>(
    `select api_key.id, api_key.role, area.path as "areaPath"
     from api_key join area on area.id = api_key.area_id
     where api_key.token_hash = $1 and api_key.revoked_at is null`,
    [tokenHash(token)],
  )
  const row = found.rows[0]
  if (!row || !isRole(row.role)) return null
  const scope = scopeOf({ userId: null, role: row.role, areaPath: row.areaPath })
  return { kind: 'key', name: `key:${row.id}`, scope, keyId: row.id }
}
