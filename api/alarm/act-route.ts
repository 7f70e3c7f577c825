import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import type { Act } from '@anju/prisma/alarm/act'
import { acknowledgeAlarm, noteAlarm } from '@anju/prisma/alarm/apply'
import { closeAlarm, reopenAlarm, resolveAlarm } from '@anju/prisma/alarm/end'
import { giveBackAlarm, handOverAlarm, shelveAlarm } from '@anju/prisma/alarm/own'
import { placeAlarm } from '@anju/prisma/alarm/place'
import { beginStep, endStep, tellAmbulance } from '@anju/prisma/alarm/step'
import { look } from '@anju/prisma/reads'
import type { Tx } from '@anju/prisma/tx'
import type { Deps } from '../deps.ts'
import { personOf } from '../principal.ts'
import { Uuid } from '../schema.ts'
import { write } from '../write.ts'
import {
  AmbulanceBody,
  CloseBody,
  HandOverBody,
  NoteBody,
  PlaceBody,
  ReasonBody,
  ResolveBody,
  ShelveBody,
  StepBody,
  StepEndBody,
} from './act-schema.ts'
import { readAlarm, readAlarmPlace } from './read.ts'
import { AlarmDetail } from './schema.ts'

const params = Type.Object({ id: Uuid })
const stepParams = Type.Object({ id: Uuid, stepId: Uuid })

/** What people do with an alarm; each answers the alarm as it then is. */
export function alarmActRoutes(deps: Deps): FastifyPluginAsyncTypebox {
  const act = async (
    request: FastifyRequest,
    alarmId: string,
    work: (tx: Tx, act: Act) => Promise<unknown>,
  ): Promise<AlarmDetail> => {
    const { scope, user } = personOf(request)
    await look(deps.reads, (db) => readAlarmPlace(scope, db, alarmId))
    await write(deps, request, async (tx, now) => {
      await work(tx, { alarmId, userId: user.id, now })
      return { alarmId }
    })
    return look(deps.reads, (db) => readAlarm(scope, db, alarmId, deps.now()))
  }
  const schema = (operationId: string, summary: string) => ({
    operationId,
    tags: ['alarm'],
    summary,
    params,
    response: { 200: AlarmDetail },
  })
  const config = { action: 'answer-alarm' } as const

  return async (app) => {
    app.post(
      '/api/alarms/:id/acknowledge',
      { config, schema: schema('acknowledgeAlarm', 'Take the alarm; the button hears that someone is on it') },
      async (request) => act(request, request.params.id, acknowledgeAlarm),
    )
    app.post(
      '/api/alarms/:id/notes',
      { config, schema: { ...schema('noteAlarm', 'Add a note'), body: NoteBody } },
      async (request) => act(request, request.params.id, (tx, by) => noteAlarm(tx, { ...by, text: request.body.text })),
    )
    app.post(
      '/api/alarms/:id/hand-over',
      {
        config,
        schema: { ...schema('handOverAlarm', 'Hand the alarm to somebody who is at a desk now'), body: HandOverBody },
      },
      async (request) => {
        const { toId, note = '' } = request.body
        return act(request, request.params.id, (tx, by) => handOverAlarm(tx, { ...by, toId, note }))
      },
    )
    app.post(
      '/api/alarms/:id/give-back',
      { config, schema: { ...schema('giveBackAlarm', 'Give the alarm back to the queue'), body: ReasonBody } },
      async (request) =>
        act(request, request.params.id, (tx, by) => giveBackAlarm(tx, { ...by, reason: request.body.reason })),
    )
    app.post(
      '/api/alarms/:id/shelve',
      {
        config,
        schema: { ...schema('shelveAlarm', 'Out of the queue until a time, for a reason'), body: ShelveBody },
      },
      async (request) => {
        const { until, reason } = request.body
        return act(request, request.params.id, (tx, by) => shelveAlarm(tx, { ...by, until: new Date(until), reason }))
      },
    )
    app.post(
      '/api/alarms/:id/steps',
      { config, schema: { ...schema('beginStep', 'Begin a step; its clock runs'), body: StepBody } },
      async (request) => {
        const { step, contactId = null, caregiverId = null, deviceId = null } = request.body
        const target = { contactId, caregiverId, deviceId }
        return act(request, request.params.id, (tx, by) => beginStep(tx, { ...by, step, ...target }))
      },
    )
    app.post(
      '/api/alarms/:id/steps/:stepId/end',
      {
        config,
        schema: {
          ...schema('endStep', 'End a step with its outcome, one of those of its kind or left-off'),
          params: stepParams,
          body: StepEndBody,
        },
      },
      async (request) => {
        const { outcome, text = '' } = request.body
        const { id, stepId } = request.params
        return act(request, id, (tx, by) => endStep(tx, { ...by, stepId, outcome, text }))
      },
    )
    app.post(
      '/api/alarms/:id/ambulance',
      {
        config,
        schema: { ...schema('tellAmbulance', 'Where the ambulance is, as told by 120'), body: AmbulanceBody },
      },
      async (request) => {
        const { status, hospital = '', text = '' } = request.body
        return act(request, request.params.id, (tx, by) => tellAmbulance(tx, { ...by, status, hospital, text }))
      },
    )
    app.post(
      '/api/alarms/:id/place',
      {
        config,
        schema: {
          ...schema('placeAlarm', 'Say where she is: at the home the alarm names, or where the button hangs now'),
          body: PlaceBody,
        },
      },
      async (request) =>
        act(request, request.params.id, (tx, by) => placeAlarm(tx, { ...by, homeId: request.body.homeId })),
    )
    app.post(
      '/api/alarms/:id/resolve',
      { config, schema: { ...schema('resolveAlarm', 'Resolve the alarm with its outcome'), body: ResolveBody } },
      async (request) => {
        const { outcome, note = '', followUpAt } = request.body
        const resolution = { outcome, note, followUpAt: followUpAt === undefined ? null : new Date(followUpAt) }
        return act(request, request.params.id, (tx, by) => resolveAlarm(tx, { ...by, ...resolution }))
      },
    )
    app.post(
      '/api/alarms/:id/reopen',
      { config, schema: { ...schema('reopenAlarm', 'It was resolved by mistake'), body: ReasonBody } },
      async (request) =>
        act(request, request.params.id, (tx, by) => reopenAlarm(tx, { ...by, reason: request.body.reason })),
    )
    app.post(
      '/api/alarms/:id/close',
      {
        config,
        schema: { ...schema('closeAlarm', 'What was to be looked at again is done'), body: CloseBody },
      },
      async (request) => {
        const { text = '' } = request.body
        return act(request, request.params.id, (tx, by) => closeAlarm(tx, { ...by, text }))
      },
    )
  }
}
