import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import type { Scope } from '@anju/domain/access/scope'
import { look } from '@anju/prisma/reads'
import type { Tx } from '@anju/prisma/tx'
import {
  agreeToLook,
  answerLook,
  askForLook,
  connectLook,
  endLook,
  fileLook,
  refuseLook,
} from '@anju/prisma/video-look/apply'
import type { Deps } from '../deps.ts'
import { principalOf } from '../principal.ts'
import { Uuid } from '../schema.ts'
import { readVisitPlace } from '../visit/read.ts'
import { write } from '../write.ts'
import { iceServersOf } from './ice.ts'
import { readLook, readLooks, readSignal } from './read.ts'
import * as body from './schema.ts'

const params = Type.Object({ id: Uuid })

/** A live look at the scene of a visit (P5.4): two browsers, led to each other here, and nothing of it kept. */
export function videoLookRoutes(deps: Deps): FastifyPluginAsyncTypebox {
  const asks = { config: { action: 'look-by-video' } } as const
  const shows = { config: { action: 'do-visits' } } as const
  const reads = { config: { action: 'read-visits' } } as const
  const act = async (
    request: FastifyRequest,
    id: string,
    work: (tx: Tx, scope: Scope, now: Date) => Promise<void>,
  ): Promise<body.VideoLook> => {
    const { scope } = principalOf(request)
    await look(deps.reads, (db) => readLook(scope, db, id))
    await write(deps, request, async (tx, now) => {
      await work(tx, scope, now)
      return { id }
    })
    return look(deps.reads, (db) => readLook(scope, db, id))
  }
  const schema = (operationId: string, summary: string) => ({
    operationId,
    tags: ['video-look'],
    summary,
    params,
    response: { 200: body.VideoLook },
  })

  return async (app) => {
    app.get(
      '/api/video-looks',
      {
        ...reads,
        schema: {
          operationId: 'listVideoLooks',
          tags: ['video-look'],
          summary: 'Live looks at visits: those under way, or all of one visit',
          querystring: body.VideoLooksQuery,
          response: { 200: body.VideoLooks },
        },
      },
      async (request) => {
        const { visit, show = 'open' } = request.query
        const { scope } = principalOf(request)
        return look(deps.reads, (db) => readLooks(scope, db, { visitId: visit, show }, deps.now()))
      },
    )

    app.get(
      '/api/video-looks/:id/signal',
      {
        ...reads,
        schema: { ...schema('getVideoLookSignal', 'How the two find each other'), response: { 200: body.Signal } },
      },
      async (request) => {
        const { id } = request.params
        const signal = await look(deps.reads, (db) => readSignal(principalOf(request).scope, db, id))
        return { ...signal, iceServers: iceServersOf(deps.config.relay, id, deps.now()) }
      },
    )

    app.post(
      '/api/visits/:id/video-looks',
      {
        ...asks,
        schema: {
          ...schema('askForVideoLook', 'Ask to see a visit live; the elder is asked at the door'),
          body: body.AskBody,
          response: { 201: body.VideoLook },
        },
      },
      async (request, reply) => {
        const { scope } = principalOf(request)
        const { id: visitId } = request.params
        await look(deps.reads, (db) => readVisitPlace(scope, db, visitId))
        const note = request.body.note?.trim() ?? ''
        const { id } = await write(deps, request, (tx, now) => askForLook(tx, { visitId, note }, scope, now))
        reply.code(201)
        return look(deps.reads, (db) => readLook(scope, db, id))
      },
    )

    app.post(
      '/api/video-looks/:id/agree',
      { ...shows, schema: { ...schema('agreeToVideoLook', 'The elder agrees to be seen'), body: body.AgreeBody } },
      (request) =>
        act(request, request.params.id, (tx, scope, now) =>
          agreeToLook(tx, { id: request.params.id, ...request.body }, scope, now),
        ),
    )

    app.post(
      '/api/video-looks/:id/refuse',
      { ...shows, schema: { ...schema('refuseVideoLook', 'It cannot be, and why'), body: body.RefuseBody } },
      (request) =>
        act(request, request.params.id, (tx, scope, now) =>
          refuseLook(tx, { id: request.params.id, ...request.body }, scope, now),
        ),
    )

    app.post(
      '/api/video-looks/:id/answer',
      { ...asks, schema: { ...schema('answerVideoLook', 'Answer the phone’s offer'), body: body.AnswerBody } },
      (request) =>
        act(request, request.params.id, (tx, scope, now) =>
          answerLook(tx, { id: request.params.id, ...request.body }, scope, now),
        ),
    )

    app.post(
      '/api/video-looks/:id/connected',
      { ...asks, schema: schema('connectVideoLook', 'Pictures arrive') },
      (request) => act(request, request.params.id, (tx, scope, now) => connectLook(tx, request.params, scope, now)),
    )

    app.post(
      '/api/video-looks/:id/end',
      { ...reads, schema: schema('endVideoLook', 'Either of the two ends it') },
      (request) => act(request, request.params.id, (tx, scope, now) => endLook(tx, request.params, scope, now)),
    )

    app.post(
      '/api/video-looks/:id/finding',
      { ...asks, schema: { ...schema('fileVideoLook', 'Say what was seen'), body: body.FindBody } },
      (request) =>
        act(request, request.params.id, (tx, scope, now) => {
          const { finding, note = '' } = request.body
          return fileLook(tx, { id: request.params.id, finding, note: note.trim() }, scope, now)
        }),
    )
  }
}
