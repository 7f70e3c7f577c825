import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { setOnCall } from '@anju/prisma/on-call/apply'
import { snapshot } from '@anju/prisma/reads'
import { transact } from '@anju/prisma/tx'
import type { Deps } from '../deps.ts'
import { principalOf } from '../principal.ts'
import { Uuid } from '../schema.ts'
import { readOnCall } from './read.ts'
import { OnCallChange, OnCallLists } from './schema.ts'

/** Who is told by telephone when the desk does not answer, area by area. */
export function onCallRoutes(deps: Deps): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      '/api/on-call',
      {
        config: { action: 'read-channels' },
        schema: {
          operationId: 'listOnCall',
          tags: ['on-call'],
          summary: 'Who is on call, area by area, in the order they are told',
          response: { 200: OnCallLists },
        },
      },
      async (request) => {
        const { asOf, value } = await snapshot(deps.reads, (db) => readOnCall(principalOf(request).scope, db))
        return { items: value, next: null, asOf }
      },
    )

    app.put(
      '/api/on-call/:areaId',
      {
        config: { action: 'manage-on-call' },
        schema: {
          operationId: 'setOnCall',
          tags: ['on-call'],
          summary: 'Say anew who is on call for an area; an empty list: the area above decides',
          params: Type.Object({ areaId: Uuid }),
          body: OnCallChange,
          response: { 200: OnCallLists },
        },
      },
      async (request) => {
        const { scope } = principalOf(request)
        const { areaId } = request.params
        await transact(deps.pool, (tx) => setOnCall(tx, { areaId, ...request.body }, scope, deps.now()))
        const { asOf, value } = await snapshot(deps.reads, (db) => readOnCall(scope, db))
        return { items: value, next: null, asOf }
      },
    )
  }
}
