import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { acknowledgeAlarm, noteAlarm, reportShown, resolveAlarm } from '@anju/prisma/alarm/apply'
import { look, snapshot } from '@anju/prisma/reads'
import { requireOwnSeat } from '@anju/prisma/seat/apply'
import type { Tx } from '@anju/prisma/tx'
import type { Deps } from '../deps.ts'
import { limitOf, markOf } from '../page.ts'
import { personOf, principalOf } from '../principal.ts'
import { Uuid } from '../schema.ts'
import { write } from '../write.ts'
import { readAlarm, readAlarmPlace, readAlarms } from './read.ts'
import { AlarmDetail, AlarmList, AlarmQuery, NoteBody, ResolveBody, ShownBody } from './schema.ts'

const params = Type.Object({ id: Uuid })
const answer = { config: { action: 'answer-alarm' } } as const

/** The desk's list, one alarm, and what people do with it. */
export function alarmRoutes(deps: Deps): FastifyPluginAsyncTypebox {
  /** Does something to an alarm within the scope as the person who asks, and answers the alarm as it then is. */
  const act = async (
    request: FastifyRequest,
    alarmId: string,
    work: (tx: Tx, act: { alarmId: string; userId: string; now: Date }) => Promise<void>,
  ): Promise<AlarmDetail> => {
    const { scope, user } = personOf(request)
    await look(deps.reads, (db) => readAlarmPlace(scope, db, alarmId))
    await write(deps, request, async (tx, now) => {
      await work(tx, { alarmId, userId: user.id, now })
      return { alarmId }
    })
    return look(deps.reads, (db) => readAlarm(scope, db, alarmId, deps.now()))
  }

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
        const { state = 'all', cursor } = request.query
        const page = { state, mark: markOf(cursor), limit: limitOf(request.query), now: deps.now() }
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
      '/api/alarms/:id/acknowledge',
      {
        ...answer,
        schema: {
          operationId: 'acknowledgeAlarm',
          tags: ['alarm'],
          summary: 'Take the alarm; the button hears that someone is on it',
          params,
          response: { 200: AlarmDetail },
        },
      },
      async (request) => act(request, request.params.id, acknowledgeAlarm),
    )

    app.post(
      '/api/alarms/:id/notes',
      {
        ...answer,
        schema: {
          operationId: 'noteAlarm',
          tags: ['alarm'],
          summary: 'Add a note',
          params,
          body: NoteBody,
          response: { 200: AlarmDetail },
        },
      },
      async (request) => act(request, request.params.id, (tx, by) => noteAlarm(tx, { ...by, text: request.body.text })),
    )

    app.post(
      '/api/alarms/:id/resolve',
      {
        ...answer,
        schema: {
          operationId: 'resolveAlarm',
          tags: ['alarm'],
          summary: 'Resolve the alarm with its outcome',
          params,
          body: ResolveBody,
          response: { 200: AlarmDetail },
        },
      },
      async (request) => {
        const { outcome, note = '' } = request.body
        return act(request, request.params.id, (tx, by) => resolveAlarm(tx, { ...by, outcome, note }))
      },
    )

    app.post(
      '/api/alarms/:id/shown',
      {
        ...answer,
        schema: {
          operationId: 'reportShown',
          tags: ['alarm'],
          summary: 'A seat painted the alarm as of so many presses',
          params,
          body: ShownBody,
          response: { 204: Type.Null() },
        },
      },
      async (request, reply) => {
        const { scope, user } = personOf(request)
        const { seatId, presses } = request.body
        await look(deps.reads, (db) => readAlarmPlace(scope, db, request.params.id))
        const fact = await write(deps, request, async (tx, now) => {
          await requireOwnSeat(tx, { seatId, userId: user.id })
          return reportShown(tx, { alarmId: request.params.id, seatId, userId: user.id, presses, now })
        })
        if (fact !== null)
          request.log.info({ fact, alarm: request.params.id, seat: seatId, presses }, 'shown on a screen')
        return reply.code(204).send(null)
      },
    )
  }
}
