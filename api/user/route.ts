import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import type { FastifyRequest } from 'fastify'
import { may, roles } from '@anju/domain/access/role'
import type { Link } from '@anju/prisma/user/invitation'
import { changeUser, disableUser, enableUser, inviteUser, renewLink, withdrawLink } from '@anju/prisma/user/staff'
import { look, snapshot } from '@anju/prisma/reads'
import { transact } from '@anju/prisma/tx'
import type { Deps } from '../deps.ts'
import { limitOf, markOf } from '../page.ts'
import { siteOf } from '../origin.ts'
import { principalOf } from '../principal.ts'
import { OneOf, pageQuery, Uuid } from '../schema.ts'
import { write } from '../write.ts'
import { readUser, readUsers } from './read.ts'
import { NewUser, OneTimeLink, Reason, UserChange, UserDetail, UserList, userStates } from './schema.ts'

const seated = roles.filter((role) => may(role, 'hold-seat'))

/** Who works here: list, invite, change, disable, and the one-time links. */
export function userRoutes(deps: Deps): FastifyPluginAsyncTypebox {
  const params = Type.Object({ id: Uuid })

  /** The address to hand to the invited. */
  const shown = (request: FastifyRequest, userId: string, { token, kind, expiresAt }: Told): OneTimeLink => {
    const link = new URL(`/invitation#${token}`, siteOf(deps.config, request)).href
    return { userId, kind, link, expiresAt }
  }
  const one = (request: FastifyRequest, id: string) =>
    look(deps.reads, (db) => readUser(principalOf(request).scope, db, { id, now: deps.now() }))

  return async (app) => {
    app.get(
      '/api/users',
      {
        config: { action: 'read-staff' },
        schema: {
          operationId: 'listUsers',
          tags: ['staff'],
          summary: 'Users, newest first',
          querystring: Type.Object({
            ...pageQuery,
            search: Type.Optional(Type.String({ maxLength: 100, description: 'Part of name, user name or telephone' })),
            role: Type.Optional(OneOf(roles)),
            areaId: Type.Optional(Uuid),
            state: Type.Optional(OneOf(userStates)),
            seats: Type.Optional(Type.Boolean({ description: 'Only those who may hold a seat' })),
          }),
          response: { 200: UserList },
        },
      },
      async (request) => {
        const { scope } = principalOf(request)
        const { search = '', role, areaId, state, seats = false, cursor } = request.query
        const page = { mark: markOf(cursor), limit: limitOf(request.query) }
        const query = { search, role, areaId, state, roles: seats ? seated : undefined, ...page }
        const { asOf, value } = await snapshot(deps.reads, (db) => readUsers(scope, db, query))
        return { ...value, asOf }
      },
    )

    app.post(
      '/api/users',
      {
        config: { action: 'manage-staff' },
        schema: {
          operationId: 'inviteUser',
          tags: ['staff'],
          summary: 'Take a person in; the one-time link with which they choose name and password is answered this once',
          body: NewUser,
          response: { 201: OneTimeLink },
        },
      },
      async (request, reply) => {
        const { scope } = principalOf(request)
        const { name, phone = '', role, providerId } = request.body
        const areaId = request.body.areaId ?? (await ownArea(deps, scope.areaPath))
        const { id, ...link } = await write(deps, request, async (tx, now) =>
          told(await inviteUser(tx, { name: name.trim(), phone, role, areaId, providerId }, scope, now)),
        )
        return reply.code(201).send(shown(request, id, link))
      },
    )

    app.get(
      '/api/users/:id',
      {
        config: { action: 'read-staff' },
        schema: {
          operationId: 'getUser',
          tags: ['staff'],
          summary: 'One user, with the open link and what was changed',
          params,
          response: { 200: UserDetail },
        },
      },
      async (request) => one(request, request.params.id),
    )

    app.patch(
      '/api/users/:id',
      {
        config: { action: 'manage-staff' },
        schema: {
          operationId: 'changeUser',
          tags: ['staff'],
          summary: 'Change a user; with another role or area their streams and sessions follow at once',
          params,
          body: UserChange,
          response: { 200: UserDetail },
        },
      },
      async (request) => {
        const { id } = request.params
        const change = { id, ...request.body }
        await transact(deps.pool, (tx) => changeUser(tx, change, principalOf(request).scope, deps.now()))
        return one(request, id)
      },
    )

    app.post(
      '/api/users/:id/disable',
      {
        config: { action: 'manage-staff' },
        schema: {
          operationId: 'disableUser',
          tags: ['staff'],
          summary: 'Let a user in no more: sessions end, open links are withdrawn',
          params,
          body: Reason,
          response: { 200: UserDetail },
        },
      },
      async (request) => {
        const { id } = request.params
        const { scope } = principalOf(request)
        const user = { id, reason: request.body.reason ?? '' }
        await write(deps, request, async (tx, now) => nothing(await disableUser(tx, user, scope, now)))
        return one(request, id)
      },
    )

    app.post(
      '/api/users/:id/enable',
      {
        config: { action: 'manage-staff' },
        schema: {
          operationId: 'enableUser',
          tags: ['staff'],
          summary: 'Let a disabled user in again',
          params,
          response: { 200: UserDetail },
        },
      },
      async (request) => {
        const { id } = request.params
        const { scope } = principalOf(request)
        await write(deps, request, async (tx, now) => nothing(await enableUser(tx, { id }, scope, now)))
        return one(request, id)
      },
    )

    app.post(
      '/api/users/:id/link',
      {
        config: { action: 'manage-staff' },
        schema: {
          operationId: 'renewUserLink',
          tags: ['staff'],
          summary: 'A new one-time link in place of any open one: to come, or to choose a new password',
          params,
          response: { 201: OneTimeLink },
        },
      },
      async (request, reply) => {
        const { id } = request.params
        const { scope } = principalOf(request)
        const link = await write(deps, request, async (tx, now) => told(await renewLink(tx, { id }, scope, now)))
        return reply.code(201).send(shown(request, id, link))
      },
    )

    app.delete(
      '/api/users/:id/link',
      {
        config: { action: 'manage-staff' },
        schema: {
          operationId: 'withdrawUserLink',
          tags: ['staff'],
          summary: 'Withdraw the open link',
          params,
          response: { 200: UserDetail },
        },
      },
      async (request) => {
        const { id } = request.params
        await transact(deps.pool, (tx) => withdrawLink(tx, { id }, principalOf(request).scope, deps.now()))
        return one(request, id)
      },
    )
  }
}

type Told = Omit<Link, 'expiresAt'> & { expiresAt: string }

/** As JSON keeps it: a kept answer is read back as this. */
function told<L extends Link>(link: L): Omit<L, 'expiresAt'> & { expiresAt: string } {
  return { ...link, expiresAt: link.expiresAt.toISOString() }
}

/** What is kept of a change without an answer of its own. */
function nothing(_done: void): null {
  return null
}

async function ownArea(deps: Deps, path: string): Promise<string> {
  const { rows } = await deps.pool.query<{ id: string }>('select id from area where path = $1', [path])
  return rows[0]?.id ?? ''
}
