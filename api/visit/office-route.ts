import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { look, snapshot } from '@anju/prisma/reads'
import { recordFeedback, setShare } from '@anju/prisma/visit-feedback/apply'
import { sampleSecret } from '@anju/prisma/visit-feedback/share'
import type { Deps } from '../deps.ts'
import { principalOf } from '../principal.ts'
import { Uuid } from '../schema.ts'
import { write } from '../write.ts'
import { readBoard } from './board-read.ts'
import * as office from './office-schema.ts'
import { readEldersToVisit } from './elders-read.ts'
import { readVisit, readVisitPlace } from './read.ts'
import { VisitDetail } from './schema.ts'
import { readSuggestions } from './suggest-read.ts'
import { readToAsk, readWorklist } from './worklist-read.ts'

const params = Type.Object({ id: Uuid })

/** What an office plans visits by: the week's board, whom to telephone, who fits; and what 12349 asks (P5.5). */
export function visitOfficeRoutes(deps: Deps): FastifyPluginAsyncTypebox {
  const tags = ['visit']
  const reads = { action: 'read-visits' } as const
  const asks = { action: 'answer-calls' } as const
  return async (app) => {
    app.get(
      '/api/visits/board',
      {
        config: reads,
        schema: {
          operationId: 'getVisitBoard',
          tags,
          summary: 'The visits of a week as a board draws them',
          querystring: office.BoardQuery,
          response: { 200: office.Board },
        },
      },
      async (request) => {
        const { from, to, provider, area } = request.query
        const asked = { from: new Date(from), to: new Date(to), providerId: provider, areaId: area }
        const { scope } = principalOf(request)
        const { asOf, value } = await snapshot(deps.reads, (db) => readBoard(scope, db, asked))
        return { ...value, asOf }
      },
    )

    app.get(
      '/api/visits/worklist',
      {
        config: reads,
        schema: {
          operationId: 'getVisitWorklist',
          tags,
          summary: 'Visits to confirm by telephone, or to call back after',
          querystring: office.WorklistQuery,
          response: { 200: office.Worklist },
        },
      },
      async (request) => {
        const { kind, provider } = request.query
        const { scope } = principalOf(request)
        const asked = { kind, providerId: provider }
        const { asOf, value } = await snapshot(deps.reads, (db) => readWorklist(scope, db, asked, deps.now()))
        return { ...value, asOf }
      },
    )

    app.get(
      '/api/visits/:id/suggestions',
      {
        config: { action: 'plan-visits' },
        schema: {
          operationId: 'suggestCaregivers',
          tags,
          summary: 'Who fits, in an order with reasons and no score; a person decides',
          params,
          response: { 200: office.Suggestions },
        },
      },
      async (request) => look(deps.reads, (db) => readSuggestions(principalOf(request).scope, db, request.params.id)),
    )

    app.get(
      '/api/visits/elders',
      {
        config: { action: 'plan-visits' },
        schema: {
          operationId: 'findEldersToVisit',
          tags,
          summary:
            'Whom a visit can be planned for, by a part of the name; of a provider only where its contracts send it',
          querystring: Type.Object({
            search: Type.String({ minLength: 1, maxLength: 100 }),
            limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 50 })),
          }),
          response: { 200: office.EldersToVisit },
        },
      },
      async (request) => {
        const { search, limit = 8 } = request.query
        const { scope } = principalOf(request)
        const asked = { search: search.trim(), limit }
        const { asOf, value } = await snapshot(deps.reads, (db) => readEldersToVisit(scope, db, asked, deps.now()))
        return { items: value, next: null, asOf }
      },
    )

    app.get(
      '/api/visits/to-ask',
      {
        config: asks,
        schema: {
          operationId: 'listVisitsToAsk',
          tags,
          summary: 'Visits after which 12349 asks how it was: a share that no provider can tell beforehand',
          response: { 200: office.ToAsk },
        },
      },
      async (request) => {
        const { scope } = principalOf(request)
        const secret = sampleSecret(deps.key)
        const { asOf, value } = await snapshot(deps.reads, (db) => readToAsk(scope, db, secret, deps.now()))
        return { ...value, asOf }
      },
    )

    app.post(
      '/api/visits/:id/feedback',
      {
        config: asks,
        schema: {
          operationId: 'recordVisitFeedback',
          tags,
          summary: 'What 12349 heard when it asked after a visit; it holds nobody up',
          params,
          body: office.FeedbackBody,
          response: { 200: VisitDetail },
        },
      },
      async (request) => {
        const { id: visitId } = request.params
        const { scope } = principalOf(request)
        await look(deps.reads, (db) => readVisitPlace(scope, db, visitId))
        const { reached, spokeWith = '', came = null, satisfied = null, note = '' } = request.body
        const said = { visitId, reached, spokeWith, came, satisfied, note }
        await write(deps, request, async (tx, now) => {
          await recordFeedback(tx, said, deps.key, scope, now)
          return { id: visitId }
        })
        return look(deps.reads, (db) => readVisit(scope, db, visitId))
      },
    )

    app.put(
      '/api/visits/to-ask/share',
      {
        config: { action: 'manage-desk' },
        schema: {
          operationId: 'setVisitsToAskShare',
          tags,
          summary: 'Of a hundred visits, how many 12349 asks after, for the whole installation',
          body: office.Share,
          response: { 200: office.Share },
        },
      },
      async (request) => {
        const { sharePercent } = request.body
        const { scope } = principalOf(request)
        await write(deps, request, async (tx, now) => {
          await setShare(tx, { sharePercent, reason: '' }, scope.userId, now)
          return null
        })
        return { sharePercent }
      },
    )
  }
}
