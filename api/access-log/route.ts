import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { look, snapshot } from '@anju/prisma/reads'
import type { Deps } from '../deps.ts'
import { limitOf, markOf } from '../page.ts'
import { principalOf } from '../principal.ts'
import { pageQuery } from '../schema.ts'
import { readAccessLog } from './read.ts'
import { accessFilter, AccessList } from './schema.ts'
import { accessSheet } from './sheet.ts'

/** What a spreadsheet still opens with ease, and one answer can hold. */
const MAX_SHEET = 10_000

/** Who opened which file outside their duty, and why (promise 10). */
export function accessLogRoutes(deps: Deps): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      '/api/access-log',
      {
        config: { action: 'read-access-log' },
        schema: {
          operationId: 'listAccess',
          tags: ['access-log'],
          summary: 'Who looked at what and why, newest first',
          querystring: Type.Object({ ...pageQuery, ...accessFilter }),
          response: { 200: AccessList },
        },
      },
      async (request) => {
        const { scope } = principalOf(request)
        const { cursor, limit, ...filter } = request.query
        const query = { filter, mark: markOf(cursor), limit: limitOf({ ...(limit === undefined ? {} : { limit }) }) }
        const { asOf, value } = await snapshot(deps.reads, (db) => readAccessLog(scope, db, query))
        return { ...value, asOf }
      },
    )

    app.get(
      '/api/access-log.csv',
      {
        config: { action: 'read-access-log' },
        schema: {
          operationId: 'exportAccess',
          tags: ['access-log'],
          summary: `The same as CSV, at most ${MAX_SHEET} lines`,
          querystring: Type.Object(accessFilter),
          response: { 200: { description: 'CSV', content: { 'text/csv': { schema: Type.String() } } } },
        },
      },
      async (request, reply) => {
        const { scope } = principalOf(request)
        const query = { filter: request.query, mark: undefined, limit: MAX_SHEET }
        const { items, next } = await look(deps.reads, (db) => readAccessLog(scope, db, query))
        reply.header('content-type', 'text/csv; charset=utf-8')
        reply.header('content-disposition', 'attachment; filename="access-log.csv"')
        return reply.send(accessSheet(items, { demo: deps.config.demo, cut: next !== null }))
      },
    )
  }
}
