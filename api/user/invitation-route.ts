import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { isUsername, normalUsername, passwordFault } from '@anju/domain/access/password'
import { Refusal } from '@anju/domain/error'
import { poolQuery, transact } from '@anju/prisma/tx'
import { acceptLink, findInvited } from '@anju/prisma/user/invitation'
import { changeOwnPassword } from '@anju/prisma/user/own-password'
import { hashPassword } from '@anju/prisma/user/password'
import type { Deps } from '../deps.ts'
import { cameFromHere } from '../origin.ts'
import { personOf } from '../principal.ts'
import { requirePassword } from '../session/sign-in.ts'
import { Accepted, AcceptInvitation, Invitation, NewPassword, OpenInvitation } from './schema.ts'

/**
 * Choosing a password: by a one-time link, or one's own in place of the old. The link's token comes in a body, never in
 * an address. Neither takes an Idempotency-Key: whoever opens a link is nobody yet whose key it could be, and a second
 * use says so; setting one's own is a PUT, and no trace of a password is kept beside a key.
 */
export function invitationRoutes(deps: Deps): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.post(
      '/api/invitation',
      {
        config: { action: 'open' },
        schema: {
          operationId: 'openInvitation',
          tags: ['staff'],
          summary: 'Whom a one-time link is for',
          body: OpenInvitation,
          response: { 200: Invitation },
        },
      },
      async (request) => {
        const found = await findInvited(poolQuery(deps.pool), request.body.token, deps.now())
        const { kind, name, username, role, area, provider, expiresAt } = found
        return { kind, name, username, role, area, provider, expiresAt: expiresAt.toISOString() }
      },
    )

    app.post(
      '/api/invitation/accept',
      {
        config: { action: 'open' },
        schema: {
          operationId: 'acceptInvitation',
          tags: ['staff'],
          summary: 'Use a one-time link: choose the password, and the user name with an invitation',
          body: AcceptInvitation,
          response: { 200: Accepted },
        },
      },
      async (request) => {
        if (request.headers.origin !== undefined && !cameFromHere(request, deps.config)) {
          throw new Refusal('origin-refused')
        }
        const { token, password } = request.body
        // Looked at first: without a living link nobody makes us hash.
        const invited = await findInvited(poolQuery(deps.pool), token, deps.now())
        const username = invited.username ?? normalUsername(request.body.username ?? '')
        if (!isUsername(username)) throw new Refusal('username-invalid')
        requireStrong(password, username)
        const passwordHash = await hashPassword(password)
        return transact(deps.pool, (tx) => acceptLink(tx, { token, username, passwordHash, now: deps.now() }))
      },
    )

    app.put(
      '/api/session/password',
      {
        config: { action: 'own-session' },
        schema: {
          operationId: 'changeOwnPassword',
          tags: ['session'],
          summary: 'Choose another password; every other session of one’s own ends',
          body: NewPassword,
          response: { 204: Type.Null() },
        },
      },
      async (request, reply) => {
        const { user, session } = personOf(request)
        const { current, password } = request.body
        requireStrong(password, user.username)
        await requirePassword(deps, {
          userId: user.id,
          password: current,
          username: user.username,
          address: request.ip,
        })
        const passwordHash = await hashPassword(password)
        const change = { userId: user.id, sessionId: session.id, passwordHash, now: deps.now() }
        await transact(deps.pool, (tx) => changeOwnPassword(tx, change))
        return reply.code(204).send(null)
      },
    )
  }
}

function requireStrong(password: string, username: string): void {
  const fault = passwordFault(password, username)
  if (fault !== null) throw new Refusal('password-weak', undefined, { fault })
}
