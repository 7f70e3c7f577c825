import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { Refusal } from '@anju/domain/error'
import { snapshot } from '@anju/prisma/reads'
import type { Deps } from '../deps.ts'
import { openFile } from '../elder/opening.ts'
import { limitOf, markOf } from '../page.ts'
import { principalOf } from '../principal.ts'
import { List, pageQuery, Uuid } from '../schema.ts'
import { readTimeline } from './read.ts'
import { TimelineEntry, timelineKinds, type TimelineKind } from './schema.ts'

/** What happened around an elder, in one list. */
export function timelineRoutes(deps: Deps): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      '/api/elders/:id/timeline',
      {
        config: { action: 'read-people' },
        schema: {
          operationId: 'getTimeline',
          tags: ['elder'],
          summary: 'Presses, alarms, readings, taps and device troubles, newest first, with both clocks',
          params: Type.Object({ id: Uuid }),
          querystring: Type.Object({
            ...pageQuery,
            kinds: Type.Optional(Type.String({ maxLength: 100, description: `${timelineKinds.join(', ')}; by comma` })),
          }),
          response: { 200: List(TimelineEntry) },
        },
      },
      async (request) => {
        const { scope } = principalOf(request)
        const elderId = request.params.id
        await openFile(deps, request, elderId)
        const page = {
          elderId,
          kinds: kindsOf(request.query.kinds),
          mark: markOf(request.query.cursor),
          limit: limitOf(request.query),
        }
        const { asOf, value } = await snapshot(deps.reads, (db) => readTimeline(scope, db, page))
        return { ...value, asOf }
      },
    )
  }
}

function kindsOf(text: string | undefined): TimelineKind[] {
  if (text === undefined || text === '') return [...timelineKinds]
  return text.split(',').map((word) => {
    const kind = timelineKinds.find((each) => each === word.trim())
    if (kind === undefined) throw new Refusal('invalid-request', `kinds: ${timelineKinds.join(', ')}; by comma.`)
    return kind
  })
}
