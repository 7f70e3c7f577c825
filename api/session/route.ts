import type { FastifyReply } from 'fastify'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { Refusal } from '@anju/domain/error'
import { snapshot } from '@anju/prisma/reads'
import { revokeSession } from '@anju/prisma/session/apply'
import { transact } from '@anju/prisma/tx'
import type { Deps } from '../deps.ts'
import { cameFromHere } from '../origin.ts'
import { limitOf, markOf } from '../page.ts'
import { personOf, principalOfToken, SESSION_COOKIE, type SessionPrincipal } from '../principal.ts'
import { List, pageQuery, Uuid } from '../schema.ts'
import { SessionRow, SignedIn, SignIn } from './schema.ts'
import { signIn } from './sign-in.ts'
import { sessionCookie, signedInAs } from './signed-in.ts'
import { readSessions } from './read.ts'

/** Signing in and out, and the list of one's own sessions. */
export function sessionRoutes(deps: Deps): FastifyPluginAsyncTypebox {
  const cookie = sessionCookie(deps.config)

  const end = async (principal: SessionPrincipal, id: string, reply: FastifyReply) => {
    const now = deps.now()
    await transact(deps.pool, (tx) => revokeSession(tx, { id, userId: principal.user.id, now }))
    if (id === principal.session.id) reply.clearCookie(SESSION_COOKIE, cookie)
    return reply.code(204).send()
  }

  return async (app) => {
    app.post(
      '/api/session',
      {
        config: { action: 'open' },
        schema: {
          operationId: 'signIn',
          tags: ['session'],
          summary: 'Sign in; the session is the cookie `anju_session`',
          body: SignIn,
          response: { 200: SignedIn },
        },
      },
      async (request, reply) => {
        // Another site must not sign a browser in as somebody else; a program sends no Origin at all.
        if (request.headers.origin !== undefined && !cameFromHere(request, deps.config)) {
          throw new Refusal('origin-refused')
        }
        const { username, password } = request.body
        const userAgent = request.headers['user-agent'] ?? ''
        const { token } = await signIn(deps, { username, password, address: request.ip, userAgent })
        const principal = await principalOfToken(token, deps)
        if (!principal) throw new Refusal('sign-in-failed')
        reply.setCookie(SESSION_COOKIE, token, cookie).header('cache-control', 'no-store')
        return signedInAs(deps, principal)
      },
    )

    app.get(
      '/api/session',
      {
        config: { action: 'own-session' },
        schema: {
          operationId: 'getSession',
          tags: ['session'],
          summary: 'Who is signed in',
          response: { 200: SignedIn },
        },
      },
      async (request) => signedInAs(deps, personOf(request)),
    )

    app.delete(
      '/api/session',
      {
        config: { action: 'own-session' },
        schema: {
          operationId: 'signOut',
          tags: ['session'],
          summary: 'Sign out; streams of this session close',
          response: { 204: Type.Null() },
        },
      },
      async (request, reply) => {
        const principal = personOf(request)
        return end(principal, principal.session.id, reply)
      },
    )

    app.get(
      '/api/sessions',
      {
        config: { action: 'own-session' },
        schema: {
          operationId: 'listSessions',
          tags: ['session'],
          summary: 'One’s own sessions',
          querystring: Type.Object(pageQuery),
          response: { 200: List(SessionRow) },
        },
      },
      async (request) => {
        const { scope, session } = personOf(request)
        const page = { mark: markOf(request.query.cursor), limit: limitOf(request.query) }
        const { asOf, value } = await snapshot(deps.reads, (db) =>
          readSessions(scope, db, { ...page, current: session.id, now: deps.now() }),
        )
        return { ...value, asOf }
      },
    )

    app.delete(
      '/api/sessions/:id',
      {
        config: { action: 'own-session' },
        schema: {
          operationId: 'revokeSession',
          tags: ['session'],
          summary: 'End one of one’s own sessions',
          params: Type.Object({ id: Uuid }),
          response: { 204: Type.Null() },
        },
      },
      async (request, reply) => end(personOf(request), request.params.id, reply),
    )
  }
}
