import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { Refusal } from '@anju/domain/error'
import { look, snapshot } from '@anju/prisma/reads'
import { cancelShift, copyWeek, planShift, restoreShift } from '@anju/prisma/shift/apply'
import type { Deps } from '../deps.ts'
import { principalOf } from '../principal.ts'
import { Instant, Uuid } from '../schema.ts'
import { write } from '../write.ts'
import { readDuty, readShift, readShifts } from './read.ts'
import { Copied, CopyWeek, Duty, NewShift, ShiftList, ShiftRow } from './schema.ts'

/** A roster is looked at by weeks; more than a quarter at once is a report. */
const MAX_RANGE_MS = 100 * 86_400_000

/** Who is to sit at the desk when, and who should be there now. */
export function shiftRoutes(deps: Deps): FastifyPluginAsyncTypebox {
  const params = Type.Object({ id: Uuid })
  return async (app) => {
    app.get(
      '/api/shifts',
      {
        config: { action: 'read-staff' },
        schema: {
          operationId: 'listShifts',
          tags: ['shift'],
          summary: 'Shifts that touch the time between from and to, in order; one page',
          querystring: Type.Object({ from: Instant, to: Instant, areaId: Type.Optional(Uuid) }),
          response: { 200: ShiftList },
        },
      },
      async (request) => {
        const { scope } = principalOf(request)
        const from = new Date(request.query.from)
        const to = new Date(request.query.to)
        if (!(from < to) || to.getTime() - from.getTime() > MAX_RANGE_MS) {
          throw new Refusal('invalid-request', 'from lies before to, at most 100 days.')
        }
        const { areaId } = request.query
        const { asOf, value } = await snapshot(deps.reads, (db) => readShifts(scope, db, { from, to, areaId }))
        return { items: value, next: null, asOf }
      },
    )

    app.get(
      '/api/duty',
      {
        config: { action: 'read-alarms' },
        schema: {
          operationId: 'getDuty',
          tags: ['shift'],
          summary: 'Who should be at the desk now, and is or is not',
          response: { 200: Duty },
        },
      },
      async (request) => look(deps.reads, (db) => readDuty(principalOf(request).scope, db, deps.now())),
    )

    app.post(
      '/api/shifts',
      {
        config: { action: 'manage-shifts' },
        schema: {
          operationId: 'planShift',
          tags: ['shift'],
          summary: 'Plan a shift, in clock times of the person’s area',
          body: NewShift,
          response: { 201: ShiftRow },
        },
      },
      async (request, reply) => {
        const { scope } = principalOf(request)
        const { id } = await write(deps, request, (tx, now) => planShift(tx, request.body, scope, now))
        reply.code(201)
        return look(deps.reads, (db) => readShift(scope, db, id))
      },
    )

    app.post(
      '/api/shifts/:id/cancel',
      {
        config: { action: 'manage-shifts' },
        schema: {
          operationId: 'cancelShift',
          tags: ['shift'],
          summary: 'Cancel a shift',
          params,
          response: { 204: Type.Null() },
        },
      },
      async (request, reply) => {
        const { scope } = principalOf(request)
        await write(deps, request, async (tx, now) => {
          await cancelShift(tx, request.params.id, scope, now)
          return null
        })
        return reply.code(204).send(null)
      },
    )

    app.post(
      '/api/shifts/:id/restore',
      {
        config: { action: 'manage-shifts' },
        schema: {
          operationId: 'restoreShift',
          tags: ['shift'],
          summary: 'Take the cancellation of a shift back',
          params,
          response: { 200: ShiftRow },
        },
      },
      async (request) => {
        const { scope } = principalOf(request)
        const { id } = request.params
        await write(deps, request, async (tx, now) => {
          await restoreShift(tx, id, scope, now)
          return null
        })
        return look(deps.reads, (db) => readShift(scope, db, id))
      },
    )

    app.post(
      '/api/shifts/copy-week',
      {
        config: { action: 'manage-shifts' },
        schema: {
          operationId: 'copyShiftWeek',
          tags: ['shift'],
          summary: 'Plan a week as the one before it; what does not fit is answered',
          body: CopyWeek,
          response: { 200: Copied },
        },
      },
      async (request) => {
        const { scope } = principalOf(request)
        const { monday } = request.body
        const areaId = request.body.areaId ?? (await look(deps.reads, (db) => ownArea(scope.areaPath, db)))
        return write(deps, request, (tx, now) => copyWeek(tx, { monday, areaId }, scope, now))
      },
    )
  }
}

async function ownArea(path: string, db: Parameters<typeof readShift>[1]): Promise<string> {
  const area = await db.area.findFirst({ where: { path }, select: { id: true } })
  if (!area) throw new Refusal('not-found')
  return area.id
}
