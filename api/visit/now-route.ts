import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { snapshot } from '@anju/prisma/reads'
import type { Deps } from '../deps.ts'
import { principalOf } from '../principal.ts'
import { readVisitsNow } from './now-read.ts'
import { VisitsNow, VisitsNowQuery } from './now-schema.ts'

/** Who is in which home now. */
export function visitNowRoutes(deps: Deps): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      '/api/visits/now',
      {
        config: { action: 'read-visits' },
        schema: {
          operationId: 'listVisitsNow',
          tags: ['visit'],
          summary: 'Visits under way: who is in which home now, and who has set out',
          querystring: VisitsNowQuery,
          response: { 200: VisitsNow },
        },
      },
      async (request) => {
        const { home, elder } = request.query
        const { scope } = principalOf(request)
        const { asOf, value } = await snapshot(deps.reads, (db) =>
          readVisitsNow(scope, db, { homeId: home, elderId: elder }),
        )
        return { items: value, asOf }
      },
    )
  }
}
