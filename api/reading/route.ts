import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { snapshot } from '@anju/prisma/reads'
import type { Deps } from '../deps.ts'
import { openFile } from '../elder/opening.ts'
import { limitOf, markOf } from '../page.ts'
import { principalOf } from '../principal.ts'
import { List, pageQuery, Uuid } from '../schema.ts'
import { readReadings } from './read.ts'
import { Reading } from './schema.ts'

/** An elder's readings. */
export function readingRoutes(deps: Deps): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      '/api/elders/:id/readings',
      {
        config: { action: 'read-people' },
        schema: {
          operationId: 'listReadings',
          tags: ['reading'],
          summary: 'An elder’s readings by the time they were measured, newest first',
          params: Type.Object({ id: Uuid }),
          querystring: Type.Object({ ...pageQuery, kind: Type.Optional(Type.String({ maxLength: 40 })) }),
          response: { 200: List(Reading) },
        },
      },
      async (request) => {
        const { scope } = principalOf(request)
        const { cursor, kind } = request.query
        await openFile(deps, request, request.params.id)
        const page = {
          elderId: request.params.id,
          mark: markOf(cursor),
          limit: limitOf(request.query),
          ...(kind === undefined ? {} : { kind }),
        }
        const { asOf, value } = await snapshot(deps.reads, (db) => readReadings(scope, db, page))
        return { ...value, asOf }
      },
    )
  }
}
