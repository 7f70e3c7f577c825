import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { SESSION_STATES } from '@anju/domain/visit/group-session'
import { changeSession, noteAttendance, planSession } from '@anju/prisma/group-session/apply'
import { look, snapshot } from '@anju/prisma/reads'
import type { Deps } from '../deps.ts'
import { limitOf, markOf } from '../page.ts'
import { principalOf } from '../principal.ts'
import { OneOf, pageQuery, Uuid } from '../schema.ts'
import { write } from '../write.ts'
import { readSession, readSessions } from './read.ts'
import { AttendanceNoted, GroupSessionChange, GroupSessionDetail, GroupSessionList, NewGroupSession } from './schema.ts'

const params = Type.Object({ id: Uuid })
const instant = (at: string | undefined): Date | undefined => (at === undefined ? undefined : new Date(at))

/** Sessions for many at a village hall (P2.5): with attendance, and never payable as home visits. */
export function groupSessionRoutes(deps: Deps): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      '/api/group-sessions',
      {
        config: { action: 'read-visits' },
        schema: {
          operationId: 'listGroupSessions',
          tags: ['group-session'],
          summary: 'Group sessions, the latest first; never payable as home visits',
          querystring: Type.Object({
            ...pageQuery,
            state: Type.Optional(OneOf(SESSION_STATES)),
            providerId: Type.Optional(Uuid),
          }),
          response: { 200: GroupSessionList },
        },
      },
      async (request) => {
        const { scope } = principalOf(request)
        const { state, providerId, cursor } = request.query
        const asked = { state, providerId, mark: markOf(cursor), limit: limitOf(request.query) }
        const { asOf, value } = await snapshot(deps.reads, (db) => readSessions(scope, db, asked))
        return { ...value, asOf }
      },
    )

    app.get(
      '/api/group-sessions/:id',
      {
        config: { action: 'read-visits' },
        schema: {
          operationId: 'getGroupSession',
          tags: ['group-session'],
          summary: 'One group session with who was there',
          params,
          response: { 200: GroupSessionDetail },
        },
      },
      async (request) => look(deps.reads, (db) => readSession(principalOf(request).scope, db, request.params.id)),
    )

    app.post(
      '/api/group-sessions',
      {
        config: { action: 'plan-visits' },
        schema: {
          operationId: 'planGroupSession',
          tags: ['group-session'],
          summary: 'Plan a group session where a contract of the provider holds',
          body: NewGroupSession,
          response: { 201: GroupSessionDetail },
        },
      },
      async (request, reply) => {
        const { scope } = principalOf(request)
        const { caregiverId = null, note = '', plannedFrom, plannedTo, ...rest } = request.body
        const times = { plannedFrom: new Date(plannedFrom), plannedTo: new Date(plannedTo) }
        const { id } = await write(deps, request, (tx, now) =>
          planSession(tx, { ...rest, ...times, caregiverId, note }, scope, now),
        )
        reply.code(201)
        return look(deps.reads, (db) => readSession(scope, db, id))
      },
    )

    app.patch(
      '/api/group-sessions/:id',
      {
        config: { action: 'plan-visits' },
        schema: {
          operationId: 'changeGroupSession',
          tags: ['group-session'],
          summary: 'Change a group session, or say that it was held or is cancelled',
          params,
          body: GroupSessionChange,
          response: { 200: GroupSessionDetail },
        },
      },
      async (request) => {
        const { scope } = principalOf(request)
        const { id } = request.params
        const { plannedFrom, plannedTo, ...rest } = request.body
        const change = { id, ...rest, plannedFrom: instant(plannedFrom), plannedTo: instant(plannedTo) }
        await write(deps, request, async (tx, now) => {
          await changeSession(tx, change, scope, now)
          return {}
        })
        return look(deps.reads, (db) => readSession(scope, db, id))
      },
    )

    app.put(
      '/api/group-sessions/:id/attendance',
      {
        config: { action: 'plan-visits' },
        schema: {
          operationId: 'noteAttendance',
          tags: ['group-session'],
          summary: 'Note who was there, all at once; nobody before it begins',
          params,
          body: AttendanceNoted,
          response: { 200: GroupSessionDetail },
        },
      },
      async (request) => {
        const { scope } = principalOf(request)
        const { id } = request.params
        await write(deps, request, async (tx, now) => {
          await noteAttendance(tx, { id, ...request.body }, scope, now)
          return {}
        })
        return look(deps.reads, (db) => readSession(scope, db, id))
      },
    )
  }
}
