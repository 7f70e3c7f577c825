import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { addArea, renameArea } from '@anju/prisma/area/apply'
import { look, snapshot } from '@anju/prisma/reads'
import { transact } from '@anju/prisma/tx'
import type { Deps } from '../deps.ts'
import { principalOf } from '../principal.ts'
import { Uuid } from '../schema.ts'
import { write } from '../write.ts'
import { readArea, readAreas } from './read.ts'
import { AreaChange, AreaList, AreaRow, NewArea } from './schema.ts'

/** County, towns and communities: the tree every scope is a branch of. */
export function areaRoutes(deps: Deps): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      '/api/areas',
      {
        config: { action: 'read-people' },
        schema: {
          operationId: 'listAreas',
          tags: ['area'],
          summary: 'Every area of the scope, from the top down; one page',
          response: { 200: AreaList },
        },
      },
      async (request) => {
        const { scope } = principalOf(request)
        const { asOf, value } = await snapshot(deps.reads, (db) => readAreas(scope, db))
        return { items: value, next: null, asOf }
      },
    )

    app.post(
      '/api/areas',
      {
        config: { action: 'manage-areas' },
        schema: {
          operationId: 'addArea',
          tags: ['area'],
          summary: 'Add an area below another',
          body: NewArea,
          response: { 201: AreaRow },
        },
      },
      async (request, reply) => {
        const { scope } = principalOf(request)
        const { id } = await write(deps, request, (tx, now) =>
          addArea(tx, request.body, { userId: scope.userId, within: scope.areaPath, now }),
        )
        reply.code(201)
        return look(deps.reads, (db) => readArea(scope, db, id))
      },
    )

    app.patch(
      '/api/areas/:id',
      {
        config: { action: 'manage-areas' },
        schema: {
          operationId: 'renameArea',
          tags: ['area'],
          summary: 'Rename an area',
          params: Type.Object({ id: Uuid }),
          body: AreaChange,
          response: { 200: AreaRow },
        },
      },
      async (request) => {
        const { scope } = principalOf(request)
        const { id } = request.params
        await transact(deps.pool, (tx) =>
          renameArea(tx, { id, ...request.body }, { userId: scope.userId, within: scope.areaPath, now: deps.now() }),
        )
        return look(deps.reads, (db) => readArea(scope, db, id))
      },
    )
  }
}
