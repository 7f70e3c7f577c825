import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { look } from '@anju/prisma/reads'
import { setFirstRun } from '@anju/prisma/start/apply'
import type { Deps } from '../deps.ts'
import { principalOf } from '../principal.ts'
import { write } from '../write.ts'
import { readFirstRun } from './read.ts'
import { FirstRun, FirstRunChange } from './schema.ts'

/** The way from an empty installation to the first press. */
export function startRoutes(deps: Deps): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      '/api/first-run',
      {
        config: { action: 'manage-areas' },
        schema: {
          operationId: 'getFirstRun',
          tags: ['start'],
          summary: 'How far the installation is set up',
          response: { 200: FirstRun },
        },
      },
      async (request) => look(deps.reads, (db) => readFirstRun(principalOf(request).scope, db)),
    )

    app.post(
      '/api/first-run',
      {
        config: { action: 'manage-areas' },
        schema: {
          operationId: 'setFirstRun',
          tags: ['start'],
          summary: 'Skip a step or take that back; put the whole way aside',
          body: FirstRunChange,
          response: { 200: FirstRun },
        },
      },
      async (request) => {
        await write(deps, request, async (tx, now) => {
          await setFirstRun(tx, request.body, now)
          return null
        })
        return look(deps.reads, (db) => readFirstRun(principalOf(request).scope, db))
      },
    )
  }
}
