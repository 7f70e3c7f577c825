import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { endUserSessions } from '@anju/prisma/user/staff'
import { snapshot } from '@anju/prisma/reads'
import { transact } from '@anju/prisma/tx'
import type { Deps } from '../deps.ts'
import { limitOf, markOf } from '../page.ts'
import { principalOf } from '../principal.ts'
import { pageQuery, Uuid } from '../schema.ts'
import { readSessionsOf } from '../session/read.ts'
import { readUser } from './read.ts'
import { UserSessions } from './schema.ts'

/** Others' sessions: where they are signed in, and ending one or all. */
export function userSessionRoutes(deps: Deps): FastifyPluginAsyncTypebox {
  const end = (request: Parameters<typeof principalOf>[0], user: { id: string; sessionId?: string }) =>
    transact(deps.pool, (tx) => endUserSessions(tx, user, principalOf(request).scope, deps.now()))

  return async (app) => {
    app.get(
      '/api/users/:id/sessions',
      {
        config: { action: 'manage-staff' },
        schema: {
          operationId: 'listUserSessions',
          tags: ['staff'],
          summary: 'Where a user is signed in',
          params: Type.Object({ id: Uuid }),
          querystring: Type.Object(pageQuery),
          response: { 200: UserSessions },
        },
      },
      async (request) => {
        const principal = principalOf(request)
        const { id } = request.params
        const page = { mark: markOf(request.query.cursor), limit: limitOf(request.query), now: deps.now() }
        const current = principal.kind === 'session' ? principal.session.id : null
        const { asOf, value } = await snapshot(deps.reads, async (db) => {
          await readUser(principal.scope, db, { id, now: deps.now() })
          return readSessionsOf(principal.scope, db, { userId: id, current, ...page })
        })
        return { ...value, asOf }
      },
    )

    app.delete(
      '/api/users/:id/sessions',
      {
        config: { action: 'manage-staff' },
        schema: {
          operationId: 'endUserSessions',
          tags: ['staff'],
          summary: 'End every session of a user; streams close at once',
          params: Type.Object({ id: Uuid }),
          response: { 204: Type.Null() },
        },
      },
      async (request, reply) => {
        await end(request, request.params)
        return reply.code(204).send(null)
      },
    )

    app.delete(
      '/api/users/:id/sessions/:sessionId',
      {
        config: { action: 'manage-staff' },
        schema: {
          operationId: 'endUserSession',
          tags: ['staff'],
          summary: 'End one session of a user',
          params: Type.Object({ id: Uuid, sessionId: Uuid }),
          response: { 204: Type.Null() },
        },
      },
      async (request, reply) => {
        await end(request, request.params)
        return reply.code(204).send(null)
      },
    )
  }
}
