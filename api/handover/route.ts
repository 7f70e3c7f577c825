import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { handOver, takeOver } from '@anju/prisma/handover/apply'
import { look, snapshot } from '@anju/prisma/reads'
import type { Deps } from '../deps.ts'
import { limitOf, markOf } from '../page.ts'
import { personOf, principalOf } from '../principal.ts'
import { pageQuery, Uuid } from '../schema.ts'
import { write } from '../write.ts'
import { readHandover, readHandovers } from './read.ts'
import { HandoverList, HandoverRow, NewHandover } from './schema.ts'

/** What one shift tells the next: all that is open, and words. */
export function handoverRoutes(deps: Deps): FastifyPluginAsyncTypebox {
  const params = Type.Object({ id: Uuid })
  return async (app) => {
    app.get(
      '/api/handovers',
      {
        config: { action: 'read-alarms' },
        schema: {
          operationId: 'listHandovers',
          tags: ['desk'],
          summary: 'Hand-overs between shifts, newest first',
          querystring: Type.Object({ ...pageQuery, waiting: Type.Optional(Type.Boolean()) }),
          response: { 200: HandoverList },
        },
      },
      async (request) => {
        const { scope } = principalOf(request)
        const { cursor, waiting = false } = request.query
        const page = { waiting, mark: markOf(cursor), limit: limitOf(request.query) }
        const { asOf, value } = await snapshot(deps.reads, (db) => readHandovers(scope, db, page))
        return { ...value, asOf }
      },
    )

    app.post(
      '/api/handovers',
      {
        config: { action: 'answer-alarm' },
        schema: {
          operationId: 'handOver',
          tags: ['desk'],
          summary: 'Write down what is open for the next shift',
          body: NewHandover,
          response: { 201: HandoverRow },
        },
      },
      async (request, reply) => {
        const { scope } = personOf(request)
        const { toId = null, note = '' } = request.body
        const { id } = await write(deps, request, (tx, now) => handOver(tx, { toId, note }, scope, now))
        reply.code(201)
        return look(deps.reads, (db) => readHandover(scope, db, id))
      },
    )

    app.post(
      '/api/handovers/:id/take',
      {
        config: { action: 'answer-alarm' },
        schema: {
          operationId: 'takeOver',
          tags: ['desk'],
          summary: 'The next shift has read it; the alarms the one before owned are the taker’s',
          params,
          response: { 200: HandoverRow },
        },
      },
      async (request) => {
        const { scope } = personOf(request)
        const { id } = request.params
        await write(deps, request, async (tx, now) => {
          await takeOver(tx, { id, person: scope, now })
          return {}
        })
        return look(deps.reads, (db) => readHandover(scope, db, id))
      },
    )
  }
}
