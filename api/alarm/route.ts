import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { reportShown } from '@anju/prisma/alarm/apply'
import { look, snapshot } from '@anju/prisma/reads'
import { requireOwnSeat } from '@anju/prisma/seat/apply'
import type { Deps } from '../deps.ts'
import { limitOf, markOf } from '../page.ts'
import { personOf, principalOf } from '../principal.ts'
import { Uuid } from '../schema.ts'
import { write } from '../write.ts'
import { readAlarm, readAlarmPlace, readAlarms } from './read.ts'
import { AlarmDetail, AlarmList, AlarmQuery, ShownBody } from './schema.ts'

const params = Type.Object({ id: Uuid })

/** The desk's list, one alarm, and that a seat painted it. */
export function alarmRoutes(deps: Deps): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      '/api/alarms',
      {
        config: { action: 'read-alarms' },
        schema: {
          operationId: 'listAlarms',
          tags: ['alarm'],
          summary: 'Alarms by when they were raised, newest first',
          querystring: AlarmQuery,
          response: { 200: AlarmList },
        },
      },
      async (request) => {
        const { scope } = principalOf(request)
        const { state = 'all', ids, cursor } = request.query
        const page = {
          state,
          ids: ids?.split(','),
          mark: markOf(cursor),
          limit: limitOf(request.query),
          now: deps.now(),
        }
        const { asOf, value } = await snapshot(deps.reads, (db) => readAlarms(scope, db, page))
        return { ...value, asOf }
      },
    )

    app.get(
      '/api/alarms/:id',
      {
        config: { action: 'read-alarms' },
        schema: {
          operationId: 'getAlarm',
          tags: ['alarm'],
          summary: 'An alarm with its history, the elder, the home, the last readings, and what one may do',
          params,
          response: { 200: AlarmDetail },
        },
      },
      async (request) => {
        const { scope } = principalOf(request)
        return look(deps.reads, (db) => readAlarm(scope, db, request.params.id, deps.now()))
      },
    )

    app.post(
      '/api/alarms/:id/shown',
      {
        config: { action: 'answer-alarm' },
        schema: {
          operationId: 'reportShown',
          tags: ['alarm'],
          summary:
            'A seat painted the alarm as it stood then; what it painted of an earlier press answers for no later one',
          params,
          body: ShownBody,
          response: { 204: Type.Null() },
        },
      },
      async (request, reply) => {
        const { scope, user } = personOf(request)
        const { seatId, presses } = request.body
        const clockFrom = new Date(request.body.clockFrom)
        await look(deps.reads, (db) => readAlarmPlace(scope, db, request.params.id))
        const fact = await write(deps, request, async (tx, now) => {
          await requireOwnSeat(tx, { seatId, userId: user.id })
          return reportShown(tx, { alarmId: request.params.id, seatId, userId: user.id, presses, clockFrom, now })
        })
        if (fact !== null)
          request.log.info({ fact, alarm: request.params.id, seat: seatId, presses }, 'shown on a screen')
        return reply.code(204).send(null)
      },
    )
  }
}
