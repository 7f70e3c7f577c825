import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import type { Scope } from '@anju/domain/access/scope'
import { loadPresencePolicy, setPresencePolicy } from '@anju/prisma/presence/policy'
import { renewAreaKey } from '@anju/prisma/tag/area-key'
import { writeTag } from '@anju/prisma/tag/sun'
import { look } from '@anju/prisma/reads'
import { poolQuery } from '@anju/prisma/tx'
import { readArea } from '../area/read.ts'
import type { Deps } from '../deps.ts'
import { principalOf } from '../principal.ts'
import { siteOf } from '../origin.ts'
import { Uuid } from '../schema.ts'
import { write } from '../write.ts'
import { Policy, PolicyBody, PolicyQuery, TagBody, TagWriting } from './schema.ts'

/** Tags with keys of their own, and what an area accepts as proof. */
export function proofRoutes(deps: Deps): FastifyPluginAsyncTypebox {
  /** Refuses `not-found` outside the scope. */
  const placeOf = async (scope: Scope, areaId: string): Promise<string> =>
    (await look(deps.reads, (db) => readArea(scope, db, areaId))).path
  return async (app) => {
    app.post(
      '/api/tags/:id/writing',
      {
        config: { action: 'manage-tags' },
        schema: {
          operationId: 'writeTag',
          tags: ['visit'],
          summary: 'Give a tag keys of its own and say what to write into it; each asking is kept',
          params: Type.Object({ id: Uuid }),
          body: TagBody,
          response: { 200: TagWriting },
        },
      },
      async (request, reply) => {
        const { scope } = principalOf(request)
        const { kind = 'hidden' } = request.body
        const baseUrl = `${siteOf(deps.config, request)}/t`
        reply.header('cache-control', 'no-store')
        const { template, ...rest } = await write(deps, request, (tx, now) =>
          writeTag(tx, deps.key, { id: request.params.id, kind, baseUrl }, scope, now),
        )
        return { ...rest, template: { ...template, offsets: { ...template.offsets } } }
      },
    )

    app.post(
      '/api/area-keys',
      {
        config: { action: 'manage-tags' },
        schema: {
          operationId: 'renewAreaKey',
          tags: ['visit'],
          summary: 'New tags of the area take a new key from now on; those that hang keep theirs',
          body: Type.Object({ areaId: Uuid }, { additionalProperties: false }),
          response: { 201: Type.Object({ id: Uuid, short: Type.String() }) },
        },
      },
      async (request, reply) => {
        const { scope } = principalOf(request)
        await placeOf(scope, request.body.areaId)
        const { id, short } = await write(deps, request, async (tx, now) => {
          const made = await renewAreaKey(tx, deps.key, request.body.areaId, { userId: scope.userId, now })
          return { id: made.id, short: made.short }
        })
        reply.code(201)
        return { id, short }
      },
    )

    app.get(
      '/api/presence-policy',
      {
        config: { action: 'read-visits' },
        schema: {
          operationId: 'getPresencePolicy',
          tags: ['visit'],
          summary: 'What counts there as a visit that took place',
          querystring: PolicyQuery,
          response: { 200: Policy },
        },
      },
      async (request) => {
        const { areaId } = request.query
        const path = await placeOf(principalOf(request).scope, areaId)
        const policy = await loadPresencePolicy(poolQuery(deps.pool), path)
        return { areaId, ...policy, typedReasons: [...policy.typedReasons] }
      },
    )

    app.put(
      '/api/presence-policy',
      {
        config: { action: 'manage-services' },
        schema: {
          operationId: 'setPresencePolicy',
          tags: ['visit'],
          summary: 'Say what counts there as a visit that took place',
          body: PolicyBody,
          response: { 200: Policy },
        },
      },
      async (request) => {
        const { scope } = principalOf(request)
        const { areaId, reason, ...policy } = request.body
        await placeOf(scope, areaId)
        await write(deps, request, async (tx, now) => {
          await setPresencePolicy(tx, { areaId, policy, reason }, { userId: scope.userId, now })
          return {}
        })
        return { areaId, ...policy }
      },
    )
  }
}
