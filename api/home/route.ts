import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { MIN_ENTRY_REASON } from '@anju/domain/home/entry'
import { Refusal } from '@anju/domain/error'
import { logOpening } from '@anju/prisma/access-log/apply'
import { changeHome } from '@anju/prisma/home/apply'
import { look, snapshot, type Db } from '@anju/prisma/reads'
import { transact } from '@anju/prisma/tx'
import { EntryNote } from '../alarm/around-schema.ts'
import type { Deps } from '../deps.ts'
import { byOf } from '../elder/by.ts'
import { orCurrent } from '../elder/changed.ts'
import { openHome } from '../elder/opening.ts'
import { readHomePlace } from '../elder/read.ts'
import { ReasonBody } from '../elder/schema.ts'
import { limitOf, markOf } from '../page.ts'
import { principalOf } from '../principal.ts'
import { Uuid } from '../schema.ts'
import { write } from '../write.ts'
import { readEntryNoteOf, readHomeFile, readHomes } from './read.ts'
import { HomeFile, HomeList, HomePatch, HomeQuery } from './schema.ts'

const params = Type.Object({ id: Uuid })

/** Homes: to choose one, to see who and what is there, and to put address, place and position right. */
export function homeRoutes(deps: Deps): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      '/api/homes',
      {
        config: { action: 'read-people' },
        schema: {
          operationId: 'listHomes',
          tags: ['home'],
          summary: 'Homes by address, landmark or resident, newest first',
          querystring: HomeQuery,
          response: { 200: HomeList },
        },
      },
      async (request) => {
        const { scope } = principalOf(request)
        const { search = '', area, cursor } = request.query
        const asked = { search, areaId: area, mark: markOf(cursor), limit: limitOf(request.query), now: deps.now() }
        const { asOf, value } = await snapshot(deps.reads, (db) => readHomes(scope, db, asked))
        return { ...value, asOf }
      },
    )

    app.get(
      '/api/homes/:id',
      {
        config: { action: 'read-people' },
        schema: {
          operationId: 'getHome',
          tags: ['home'],
          summary: 'A home with who lives there, its devices and tags; outside one’s duty it asks a reason',
          params,
          response: { 200: HomeFile },
        },
      },
      async (request) => {
        const { scope } = principalOf(request)
        await openHome(deps, request, request.params.id)
        return look(deps.reads, (db) => readHomeFile(scope, db, request.params.id, deps.now()))
      },
    )

    app.post(
      '/api/homes/:id/entry',
      {
        config: { action: 'change-elder' },
        schema: {
          operationId: 'seeEntryOfHome',
          tags: ['home'],
          summary: `Key holder and door code outside an alarm, for a reason of ${MIN_ENTRY_REASON} characters; kept for auditors`,
          params,
          body: ReasonBody,
          response: { 200: EntryNote },
        },
      },
      async (request) => {
        const { scope } = principalOf(request)
        const { id } = request.params
        const reason = request.body.reason.trim()
        if (reason.length < MIN_ENTRY_REASON) {
          throw new Refusal('reason-too-short', undefined, { atLeast: MIN_ENTRY_REASON })
        }
        await look(deps.reads, (db) => readHomePlace(scope, db, id))
        // Each showing is one line of the log, so no key makes two of them one.
        const opening = { userId: scope.userId, subject: `home:${id}`, action: 'see-entry', reason } as const
        await transact(deps.pool, (tx) => logOpening(tx, { ...opening, now: deps.now() }))
        return look(deps.reads, (db) => readEntryNoteOf(scope, db, id))
      },
    )

    app.patch(
      '/api/homes/:id',
      {
        config: { action: 'change-elder' },
        schema: {
          operationId: 'changeHome',
          tags: ['home'],
          summary: 'Change a home; a position is kept as given and in WGS-84, null takes it off the map',
          params,
          body: HomePatch,
          response: { 200: HomeFile },
        },
      },
      async (request) => {
        const { scope } = principalOf(request)
        const { id } = request.params
        const { version, reason = '', ...change } = request.body
        const read = (db: Db) => readHomeFile(scope, db, id, deps.now())
        await orCurrent(deps, { scope, subject: `home:${id}`, read }, () =>
          write(deps, request, async (tx, now) => {
            await changeHome(tx, { id, version, change, reason }, byOf(request, now))
            return {}
          }),
        )
        return look(deps.reads, read)
      },
    )
  }
}
