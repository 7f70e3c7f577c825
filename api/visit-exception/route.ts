import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import type { Scope } from '@anju/domain/access/scope'
import { Refusal } from '@anju/domain/error'
import { type Db, look, snapshot } from '@anju/prisma/reads'
import type { Tx } from '@anju/prisma/tx'
import {
  decideException,
  disputeException,
  fixException,
  recheckException,
  undoException,
} from '@anju/prisma/visit-exception/decide'
import type { Deps } from '../deps.ts'
import { limitOf, markOf } from '../page.ts'
import { principalOf } from '../principal.ts'
import { Uuid } from '../schema.ts'
import { write } from '../write.ts'
import { readException, readExceptionPlace, readExceptions } from './read.ts'
import * as body from './schema.ts'

const params = Type.Object({ id: Uuid })

/** What the rules found in visits, and what people decide about it. Nothing is decided by a rule alone. */
export function visitExceptionRoutes(deps: Deps): FastifyPluginAsyncTypebox {
  const act = async (
    request: FastifyRequest,
    id: string,
    work: (tx: Tx, scope: Scope, now: Date) => Promise<void>,
  ): Promise<body.ExceptionDetail> => {
    const { scope } = principalOf(request)
    await look(deps.reads, (db) => readExceptionPlace(scope, db, id))
    const read = (db: Db) => readException(scope, db, id)
    try {
      await write(deps, request, async (tx, now) => {
        await work(tx, scope, now)
        return { id }
      })
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== 'changed-meanwhile') throw error
      // Whoever came too late is told what it is now.
      throw new Refusal(error.code, error.message, { ...error.more, current: await look(deps.reads, read) })
    }
    return look(deps.reads, read)
  }
  const schema = (operationId: string, summary: string) => ({
    operationId,
    tags: ['visit-exception'],
    summary,
    params,
    response: { 200: body.ExceptionDetail },
  })
  const read = { config: { action: 'read-visits' } } as const
  const office = { config: { action: 'plan-visits' } } as const
  const bureau = { config: { action: 'check-visits' } } as const
  const own = { config: { action: 'do-visits' } } as const

  return async (app) => {
    app.get(
      '/api/visit-exceptions',
      {
        ...read,
        schema: {
          operationId: 'listVisitExceptions',
          tags: ['visit-exception'],
          summary: 'What the rules found in visits, the newest first',
          querystring: body.ExceptionQuery,
          response: { 200: body.ExceptionList },
        },
      },
      async (request) => {
        const { show = 'open', rule, severity, provider, area, visit, from, to, cursor } = request.query
        const asked = { show, rule, severity, providerId: provider, areaId: area, visitId: visit, from, to }
        const page = { mark: markOf(cursor), limit: limitOf(request.query) }
        const { asOf, value } = await snapshot(deps.reads, (db) =>
          readExceptions(principalOf(request).scope, db, { ...asked, ...page }),
        )
        return { ...value, asOf }
      },
    )

    app.get(
      '/api/visit-exceptions/:id',
      { ...read, schema: schema('getVisitException', 'A finding with what it stands on, and what may be decided') },
      (request) => look(deps.reads, (db) => readException(principalOf(request).scope, db, request.params.id)),
    )

    app.post(
      '/api/visit-exceptions/:id/fix',
      {
        ...office,
        schema: {
          ...schema(
            'fixVisitException',
            'The provider says what was wrong; a time is corrected by an entry of its own',
          ),
          body: body.FixBody,
        },
      },
      (request) => {
        const { id } = request.params
        const { version, reasonCode, note = '', end } = request.body
        const fix = { reasonCode, note, end: end ? { part: end.part, at: new Date(end.at) } : null }
        return act(request, id, (tx, scope, now) => fixException(tx, { id, version }, fix, scope, now))
      },
    )

    app.post(
      '/api/visit-exceptions/:id/acknowledge',
      {
        ...bureau,
        schema: {
          ...schema('acknowledgeVisitException', 'It is as found, for a reason'),
          body: body.AcknowledgeBody,
        },
      },
      (request) => {
        const { id } = request.params
        const { version, reasonCode, note = '' } = request.body
        const decision = { action: 'acknowledge', reasonCode, note } as const
        return act(request, id, (tx, scope, now) => decideException(tx, { id, version }, decision, scope, now))
      },
    )

    app.post(
      '/api/visit-exceptions/:id/investigate',
      {
        ...bureau,
        schema: { ...schema('investigateVisitException', 'Somebody is to look into it'), body: body.NotedBody },
      },
      (request) => {
        const { id } = request.params
        const { version, note = '' } = request.body
        const decision = { action: 'investigate', reasonCode: null, note } as const
        return act(request, id, (tx, scope, now) => decideException(tx, { id, version }, decision, scope, now))
      },
    )

    app.post(
      '/api/visit-exceptions/:id/undo',
      { ...read, schema: { ...schema('undoVisitException', 'Take a decision back'), body: body.NotedBody } },
      (request) => {
        const { id } = request.params
        const { version, note = '' } = request.body
        return act(request, id, (tx, scope, now) => undoException(tx, { id, version }, { note }, scope, now))
      },
    )

    app.post(
      '/api/visit-exceptions/:id/dispute',
      {
        ...own,
        schema: { ...schema('disputeVisitException', 'Its caregiver says how it was'), body: body.DisputeBody },
      },
      (request) => {
        const { id } = request.params
        const { version, text } = request.body
        return act(request, id, (tx, scope, now) => disputeException(tx, { id, version }, { text }, scope, now))
      },
    )

    app.post(
      '/api/visit-exceptions/:id/recheck',
      {
        ...read,
        schema: {
          ...schema('recheckVisitException', 'Look at its visit again, now'),
          response: { 200: body.Rechecked },
        },
      },
      async (request) => {
        const { scope } = principalOf(request)
        const { id } = request.params
        await look(deps.reads, (db) => readExceptionPlace(scope, db, id))
        return write(deps, request, (tx, now) => recheckException(tx, id, scope, now))
      },
    )
  }
}
