import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { logOpening } from '@anju/prisma/access-log/apply'
import { look } from '@anju/prisma/reads'
import type { Deps } from '../deps.ts'
import { personOf } from '../principal.ts'
import { Uuid } from '../schema.ts'
import { write } from '../write.ts'
import { readEntryNote, readTakers } from './around-read.ts'
import { EntryNote, Takers } from './around-schema.ts'

const params = Type.Object({ id: Uuid })

/** How to get in, told while an alarm is open and written down; and whom an alarm may be handed to. */
export function alarmAroundRoutes(deps: Deps): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.post(
      '/api/alarms/:id/entry',
      {
        config: { action: 'answer-alarm' },
        schema: {
          operationId: 'seeEntry',
          tags: ['alarm'],
          summary: 'Key or code of an open alarm’s door; who saw it is kept for auditors',
          params,
          response: { 200: EntryNote },
        },
      },
      async (request) => {
        const { scope, user } = personOf(request)
        const alarmId = request.params.id
        const { homeId, entryNote } = await look(deps.reads, (db) => readEntryNote(scope, db, alarmId))
        // Written down before it is told; the note itself stays out of what a key keeps.
        await write(deps, request, async (tx, now) => {
          const opening = { userId: user.id, subject: `home:${homeId}`, action: 'see-entry', now } as const
          await logOpening(tx, { ...opening, reason: `alarm:${alarmId}` })
          return {}
        })
        return { entryNote }
      },
    )

    app.get(
      '/api/alarms/:id/takers',
      {
        config: { action: 'answer-alarm' },
        schema: {
          operationId: 'listTakers',
          tags: ['alarm'],
          summary: 'Who is at a desk now and could be handed this alarm',
          params,
          response: { 200: Takers },
        },
      },
      async (request) => {
        const { scope } = personOf(request)
        return { items: await look(deps.reads, (db) => readTakers(scope, db, request.params.id, deps.now())) }
      },
    )
  }
}
