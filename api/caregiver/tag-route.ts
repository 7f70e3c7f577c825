import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { snapshot } from '@anju/prisma/reads'
import { addDoorTag, revokeTag } from '@anju/prisma/tag/apply'
import { transact } from '@anju/prisma/tx'
import type { Deps } from '../deps.ts'
import { principalOf } from '../principal.ts'
import { Uuid } from '../schema.ts'
import { write } from '../write.ts'
import { readDoorTags } from './read.ts'
import { NewTag, TagList } from './schema.ts'

/** Tags at doors; and the end of any tag, at a door or on a caregiver. */
export function tagRoutes(deps: Deps): FastifyPluginAsyncTypebox {
  const params = Type.Object({ id: Uuid })
  return async (app) => {
    app.get(
      '/api/homes/:id/tags',
      {
        config: { action: 'read-people' },
        schema: {
          operationId: 'listDoorTags',
          tags: ['home'],
          summary: 'The tags at a home’s door',
          params,
          response: { 200: TagList },
        },
      },
      async (request) => {
        const { scope } = principalOf(request)
        const { asOf, value } = await snapshot(deps.reads, (db) => readDoorTags(scope, db, request.params.id))
        return { items: value, next: null, asOf }
      },
    )

    app.post(
      '/api/homes/:id/tags',
      {
        config: { action: 'change-elder' },
        schema: {
          operationId: 'addDoorTag',
          tags: ['home'],
          summary: 'Put a tag at a home’s door',
          params,
          body: NewTag,
          response: { 201: TagList },
        },
      },
      async (request, reply) => {
        const { scope } = principalOf(request)
        const { id } = request.params
        const { uid, label = '' } = request.body
        await write(deps, request, (tx, now) => addDoorTag(tx, { homeId: id, uid, label }, scope, now))
        reply.code(201)
        const { asOf, value } = await snapshot(deps.reads, (db) => readDoorTags(scope, db, id))
        return { items: value, next: null, asOf }
      },
    )

    app.delete(
      '/api/tags/:id',
      {
        config: { action: 'own-session' },
        schema: {
          operationId: 'revokeTag',
          tags: ['provider'],
          summary: 'A tag is lost or given back: it is nobody’s from now on',
          params,
          response: { 204: Type.Null() },
        },
      },
      async (request, reply) => {
        const { scope } = principalOf(request)
        await transact(deps.pool, (tx) => revokeTag(tx, request.params, scope, deps.now()))
        return reply.code(204).send(null)
      },
    )
  }
}
