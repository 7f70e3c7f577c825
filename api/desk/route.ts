import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { look, snapshot } from '@anju/prisma/reads'
import { beatSeat, leaveSeat } from '@anju/prisma/seat/apply'
import { transact } from '@anju/prisma/tx'
import { readWayOut } from '../channel/way-read.ts'
import type { Deps } from '../deps.ts'
import { personOf, principalOf } from '../principal.ts'
import { Uuid } from '../schema.ts'
import { readDesk, readPresentSeats } from './read.ts'
import { Beat, Desk, Present } from './schema.ts'

/** The state of the desk, and the beats of its seats (promise 11). */
export function deskRoutes(deps: Deps): FastifyPluginAsyncTypebox {
  const params = Type.Object({ id: Uuid })

  return async (app) => {
    app.get(
      '/api/desk',
      {
        config: { action: 'read-alarms' },
        schema: {
          operationId: 'getDesk',
          tags: ['desk'],
          summary: 'Seats present, oldest unowned alarm, last press, way to the outside',
          response: { 200: Desk },
        },
      },
      async (request) => {
        const principal = principalOf(request)
        const sessionId = principal.kind === 'session' ? principal.session.id : null
        const { scope } = principal
        const { asOf, value } = await snapshot(deps.reads, async (db) => ({
          ...(await readDesk(scope, db, { sessionId, now: deps.now() })),
          outside: await readWayOut(scope, db, deps.config),
        }))
        return { ...value, asOf } satisfies Desk
      },
    )

    app.put(
      '/api/seats/:id',
      {
        config: { action: 'hold-seat' },
        schema: {
          operationId: 'beatSeat',
          tags: ['desk'],
          summary: 'A browser’s beat, every 5 s; the id is a UUID it made for itself',
          params,
          body: Beat,
          response: { 200: Present },
        },
      },
      async (request) => {
        const { scope, session, user } = personOf(request)
        const now = deps.now()
        await transact(deps.pool, (tx) =>
          beatSeat(tx, {
            ...request.body,
            seatId: request.params.id,
            userId: user.id,
            sessionId: session.id,
            areaPath: scope.areaPath,
            now,
          }),
        )
        const { seats, outside } = await look(deps.reads, async (db) => ({
          seats: await readPresentSeats(scope, db, now),
          outside: await readWayOut(scope, db, deps.config),
        }))
        return { presentSeats: seats.length, outside, at: now.toISOString() } satisfies Present
      },
    )

    app.delete(
      '/api/seats/:id',
      {
        config: { action: 'hold-seat' },
        schema: {
          operationId: 'leaveSeat',
          tags: ['desk'],
          summary: 'The browser leaves; its seat is absent at once',
          params,
          response: { 204: Type.Null() },
        },
      },
      async (request, reply) => {
        const { user } = personOf(request)
        await transact(deps.pool, (tx) => leaveSeat(tx, { seatId: request.params.id, userId: user.id }))
        return reply.code(204).send(null)
      },
    )
  }
}
