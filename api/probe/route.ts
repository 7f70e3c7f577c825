import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { snapshot } from '@anju/prisma/reads'
import type { Deps } from '../deps.ts'
import { limitOf, markOf } from '../page.ts'
import { principalOf } from '../principal.ts'
import { readProbeFigures, readProbes } from './read.ts'
import { ProbeList, ProbeQuery } from './schema.ts'

const DAY_MS = 24 * 3_600_000

/** What became of the test presses that Anju makes by itself. */
export function probeRoutes(deps: Deps): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      '/api/probes',
      {
        config: { action: 'read-alarms' },
        schema: {
          operationId: 'listProbes',
          tags: ['desk'],
          summary: 'Test presses of a period, newest first, with how soon they were stored and shown',
          querystring: ProbeQuery,
          response: { 200: ProbeList },
        },
      },
      async (request) => {
        const { scope } = principalOf(request)
        const { cursor } = request.query
        const to = request.query.to === undefined ? deps.now() : new Date(request.query.to)
        const from = request.query.from === undefined ? new Date(to.getTime() - DAY_MS) : new Date(request.query.from)
        const page = { from, to, mark: markOf(cursor), limit: limitOf(request.query) }
        const { asOf, value } = await snapshot(deps.reads, async (db) => ({
          ...(await readProbes(scope, db, page)),
          figures: await readProbeFigures(scope, db, { from, to }),
        }))
        return { ...value, asOf }
      },
    )
  }
}
