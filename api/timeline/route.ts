import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { Refusal } from '@anju/domain/error'
import { snapshot } from '@anju/prisma/reads'
import type { Deps } from '../deps.ts'
import { openFile } from '../elder/opening.ts'
import { limitOf, markOf, type Mark } from '../page.ts'
import { principalOf } from '../principal.ts'
import { Day, List, Nullable, pageQuery, Uuid } from '../schema.ts'
import { dayAfter, startOfDay } from './period.ts'
import { readTimeline, type TimelineAsked } from './read.ts'
import { TimelineEntry, timelineKinds, type TimelineKind } from './schema.ts'

/** Before every id: an instant's mark that lets all of that instant follow. */
const NO_ID = '00000000-0000-0000-0000-000000000000'

const Query = Type.Object({
  ...pageQuery,
  newer: Type.Optional(Type.String({ maxLength: 500, description: 'The `newer` of a page: what came after it' })),
  kinds: Type.Optional(Type.String({ maxLength: 200, description: `${timelineKinds.join(', ')}; by comma` })),
  from: Type.Optional({ ...Day, description: 'The first day shown, in the area’s time zone' }),
  to: Type.Optional({ ...Day, description: 'The last day shown, in the area’s time zone' }),
  until: Type.Optional({ ...Day, description: 'Begin at the end of this day; `newer` leads on from there' }),
})

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
          summary:
            'Presses, alarms and what was done, readings, taps, visits, devices, changes of the file, absences and moves, ' +
            'newest first, with both clocks',
          params: Type.Object({ id: Uuid }),
          querystring: Query,
          response: {
            200: Type.Object({
              ...List(TimelineEntry).properties,
              newer: Nullable(Type.String({ description: 'Send as `newer`; null when the page holds the newest' })),
            }),
          },
        },
      },
      async (request) => {
        const { scope } = principalOf(request)
        const { query } = request
        const elderId = request.params.id
        await openFile(deps, request, elderId)
        const newer = markOf(query.newer)
        const cursor = newer ?? markOf(query.cursor)
        const asked = { kinds: kindsOf(query.kinds), limit: limitOf(query), now: deps.now() }
        const pageOf = (zone: string): TimelineAsked => {
          const end = (day: string | undefined) => (day === undefined ? null : startOfDay(dayAfter(day), zone))
          const until = end(query.until)
          const begins: Mark | undefined = until === null ? undefined : { at: until, id: NO_ID }
          return {
            ...asked,
            mark: cursor ?? begins,
            direction: newer ? 'newer' : 'older',
            from: query.from === undefined ? null : startOfDay(query.from, zone),
            to: end(query.to),
          }
        }
        const { asOf, value } = await snapshot(deps.reads, (db) => readTimeline(scope, db, elderId, pageOf))
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
