import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { look, snapshot } from '@anju/prisma/reads'
import { registerElder } from '@anju/prisma/elder/apply'
import type { Deps } from '../deps.ts'
import { limitOf, markOf } from '../page.ts'
import { principalOf } from '../principal.ts'
import { pageQuery, Uuid } from '../schema.ts'
import { write } from '../write.ts'
import { openFile } from './opening.ts'
import { readElder, readElders } from './read.ts'
import { ElderFile, ElderList, NewElder } from './schema.ts'

/** Elders: list, search, file, registration. */
export function elderRoutes(deps: Deps): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      '/api/elders',
      {
        config: { action: 'read-people' },
        schema: {
          operationId: 'listElders',
          tags: ['elder'],
          summary: 'Elders, newest first; search by the beginning of a name or telephone number',
          querystring: Type.Object({ ...pageQuery, search: Type.Optional(Type.String({ maxLength: 100 })) }),
          response: { 200: ElderList },
        },
      },
      async (request) => {
        const { scope } = principalOf(request)
        const { search = '', cursor } = request.query
        const page = { search, mark: markOf(cursor), limit: limitOf(request.query), now: deps.now() }
        const { asOf, value } = await snapshot(deps.reads, (db) => readElders(scope, db, page))
        return { ...value, asOf }
      },
    )

    app.post(
      '/api/elders',
      {
        config: { action: 'register-elder' },
        schema: {
          operationId: 'registerElder',
          tags: ['elder'],
          summary: 'Register an elder; without homeId a home of her own is made',
          body: NewElder,
          response: { 201: ElderFile },
        },
      },
      async (request, reply) => {
        const { scope } = principalOf(request)
        const { id } = await write(deps, request, (tx, now) =>
          registerElder(tx, deps.key, { ...request.body, within: scope.areaPath, now }),
        )
        reply.code(201).header('location', `/api/elders/${id}`)
        return look(deps.reads, (db) => readElder(scope, db, { id, key: deps.key, now: deps.now() }))
      },
    )

    app.get(
      '/api/elders/:id',
      {
        config: { action: 'read-people' },
        schema: {
          operationId: 'getElder',
          tags: ['elder'],
          summary: 'An elder’s file; outside one’s duty it asks a reason in the header anju-reason',
          params: Type.Object({ id: Uuid }),
          response: { 200: ElderFile },
        },
      },
      async (request) => {
        const { scope } = principalOf(request)
        const { id } = request.params
        await openFile(deps, request, id)
        return look(deps.reads, (db) => readElder(scope, db, { id, key: deps.key, now: deps.now() }))
      },
    )
  }
}
