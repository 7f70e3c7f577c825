import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import { type Static, Type } from 'typebox'
import type { Scope } from '@anju/domain/access/scope'
import { assignVisit } from '@anju/prisma/visit/assign'
import {
  answerVisit,
  callBackVisit,
  cancelVisit,
  confirmVisit,
  type Evaluation,
  evaluateVisit,
  noteVisit,
  questionVisit,
  rescheduleVisit,
  setOut,
  turnAway,
} from '@anju/prisma/visit/flow'
import { look } from '@anju/prisma/reads'
import type { Tx } from '@anju/prisma/tx'
import type { Deps } from '../deps.ts'
import { principalOf } from '../principal.ts'
import { Uuid } from '../schema.ts'
import { write } from '../write.ts'
import { readVisit, readVisitPlace } from './read.ts'
import * as body from './schema.ts'

const params = Type.Object({ id: Uuid })
type Acted = { version?: number; deviceAt?: string }
const actOf = (id: string, { version, deviceAt }: Acted) => ({
  id,
  version,
  deviceAt: deviceAt === undefined ? null : new Date(deviceAt),
})

const timesOf = ({ plannedFrom, plannedTo }: { plannedFrom: string; plannedTo: string }) => ({
  plannedFrom: new Date(plannedFrom),
  plannedTo: new Date(plannedTo),
})
const evaluationOf = ({ face, said = '', signed, propertyChecked }: Static<typeof body.EvaluateBody>): Evaluation => {
  const { how, by = '', witness = '', fileId = null } = signed
  return { face, said, signed: { how, by, witness, fileId }, propertyChecked }
}
const calledOf = ({ reached, satisfied = null, note = '', next = '' }: Static<typeof body.CallBackBody>) => ({
  reached,
  satisfied,
  note,
  next,
})

/** What people do with a visit; each answers the visit as it then is. */
export function visitActRoutes(deps: Deps): FastifyPluginAsyncTypebox {
  const act = async (
    request: FastifyRequest,
    id: string,
    work: (tx: Tx, id: string, scope: Scope, now: Date) => Promise<unknown>,
  ): Promise<body.VisitDetail> => {
    const { scope } = principalOf(request)
    await look(deps.reads, (db) => readVisitPlace(scope, db, id))
    await write(deps, request, async (tx, now) => {
      await work(tx, id, scope, now)
      return { id }
    })
    return look(deps.reads, (db) => readVisit(scope, db, id))
  }
  const schema = (operationId: string, summary: string) => ({
    operationId,
    tags: ['visit'],
    summary,
    params,
    response: { 200: body.VisitDetail },
  })
  const office = { action: 'plan-visits' } as const
  const own = { action: 'do-visits' } as const
  const checks = { action: 'check-visits' } as const
  // the office and its caregiver both may: the table of the visit decides
  const shared = { action: 'read-visits' } as const

  return async (app) => {
    app.post(
      '/api/visits/:id/assign',
      {
        config: office,
        schema: { ...schema('assignVisit', 'Give it to a caregiver of its provider'), body: body.AssignBody },
      },
      async (request) => {
        const b = request.body
        return act(request, request.params.id, (tx, id, scope, now) =>
          assignVisit(tx, { id, version: b.version, caregiverId: b.caregiverId }, scope, now),
        )
      },
    )
    app.post(
      '/api/visits/:id/answer',
      {
        config: own,
        schema: { ...schema('answerVisit', 'Accept it, or give it back with a reason'), body: body.AnswerBody },
      },
      async (request) => {
        const b = request.body
        return act(request, request.params.id, (tx, id, scope, now) =>
          answerVisit(tx, { ...actOf(id, b), accepts: b.accepts, reason: b.reason ?? '' }, scope, now),
        )
      },
    )
    app.post(
      '/api/visits/:id/confirm',
      {
        config: shared,
        schema: {
          ...schema('confirmVisit', 'Need, time and content were confirmed by telephone'),
          body: body.ConfirmBody,
        },
      },
      async (request) => {
        const b = request.body
        return act(request, request.params.id, (tx, id, scope, now) =>
          confirmVisit(tx, { ...actOf(id, b), spokeWith: b.spokeWith, note: b.note ?? '' }, scope, now),
        )
      },
    )
    app.post(
      '/api/visits/:id/reschedule',
      {
        config: office,
        schema: {
          ...schema('rescheduleVisit', 'Move it to another time; its caregiver is asked again'),
          body: body.RescheduleBody,
        },
      },
      async (request) => {
        const b = request.body
        return act(request, request.params.id, (tx, id, scope, now) =>
          rescheduleVisit(tx, { id, version: b.version, reason: b.reason, also: b.also, ...timesOf(b) }, scope, now),
        )
      },
    )
    app.post(
      '/api/visits/:id/cancel',
      { config: office, schema: { ...schema('cancelVisit', 'Cancel it'), body: body.CancelBody } },
      async (request) => {
        const b = request.body
        return act(request, request.params.id, (tx, id, scope, now) =>
          cancelVisit(tx, { id, version: b.version, reason: b.reason, also: b.also }, scope, now),
        )
      },
    )
    app.post(
      '/api/visits/:id/set-out',
      { config: own, schema: { ...schema('setOutForVisit', 'On the way'), body: body.ActBody } },
      async (request) => {
        const b = request.body
        return act(request, request.params.id, (tx, id, scope, now) => setOut(tx, actOf(id, b), scope, now))
      },
    )
    app.post(
      '/api/visits/:id/turn-away',
      {
        config: own,
        schema: {
          ...schema('turnAwayFromVisit', 'Refused, not home, in hospital, sent away'),
          body: body.TurnAwayBody,
        },
      },
      async (request) => {
        const b = request.body
        return act(request, request.params.id, (tx, id, scope, now) =>
          turnAway(tx, { ...actOf(id, b), outcome: b.outcome, said: b.said ?? '' }, scope, now),
        )
      },
    )
    app.post(
      '/api/visits/:id/evaluation',
      {
        config: own,
        schema: { ...schema('evaluateVisit', 'The elder’s own word, and who signed'), body: body.EvaluateBody },
      },
      async (request) => {
        const b = request.body
        return act(request, request.params.id, (tx, id, scope, now) =>
          evaluateVisit(tx, { ...actOf(id, b), evaluation: evaluationOf(b) }, scope, now),
        )
      },
    )
    app.post(
      '/api/visits/:id/call-back',
      {
        config: office,
        schema: {
          ...schema('callBackVisit', 'The provider phoned afterwards, and agreed on the next visit'),
          body: body.CallBackBody,
        },
      },
      async (request) => {
        const b = request.body
        return act(request, request.params.id, (tx, id, scope, now) =>
          callBackVisit(tx, { ...actOf(id, b), ...calledOf(b) }, scope, now),
        )
      },
    )
    app.post(
      '/api/visits/:id/question',
      {
        config: checks,
        schema: { ...schema('questionVisit', 'Put it in question, or settle the question'), body: body.QuestionBody },
      },
      async (request) => {
        const b = request.body
        return act(request, request.params.id, (tx, id, scope, now) =>
          questionVisit(tx, { ...b, id, acknowledges: b.acknowledges ?? false }, scope, now),
        )
      },
    )
    app.post(
      '/api/visits/:id/notes',
      { config: shared, schema: { ...schema('noteVisit', 'Add a note'), body: body.NoteBody } },
      async (request) => {
        const b = request.body
        return act(request, request.params.id, (tx, id, scope, now) =>
          noteVisit(tx, { ...actOf(id, b), text: b.text }, scope, now),
        )
      },
    )
  }
}
