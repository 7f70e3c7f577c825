import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Scope } from '@anju/domain/access/scope'
import { typedReasons } from '@anju/domain/proof/reason'
import { loadPresencePolicy, setPresencePolicy } from '@anju/prisma/presence/policy'
import { look } from '@anju/prisma/reads'
import { poolQuery } from '@anju/prisma/tx'
import { readArea } from '../area/read.ts'
import type { Deps } from '../deps.ts'
import { principalOf } from '../principal.ts'
import { write } from '../write.ts'
import { readPolicyPreview } from './policy-read.ts'
import { Policy, PolicyBody, PolicyQuery, Preview, PreviewQuery } from './schema.ts'

/** What an area accepts as proof. */
export function policyRoutes(deps: Deps): FastifyPluginAsyncTypebox {
  /** Refuses `not-found` outside the scope. */
  const placeOf = async (scope: Scope, areaId: string): Promise<string> =>
    (await look(deps.reads, (db) => readArea(scope, db, areaId))).path
  return async (app) => {
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

    app.get(
      '/api/presence-policy/preview',
      {
        config: { action: 'manage-services' },
        schema: {
          operationId: 'previewPresencePolicy',
          tags: ['visit'],
          summary: 'How many of the last 30 days’ visits a policy would take as verified; nothing is changed',
          querystring: PreviewQuery,
          response: { 200: Preview },
        },
      },
      async (request) => {
        const { scope } = principalOf(request)
        const { areaId, begin, end, needsPosition = false, typed = '' } = request.query
        const path = await placeOf(scope, areaId)
        const accepted = typedReasons.filter((one) => typed.split(',').includes(one))
        const policy = { least: { begin, end }, typedReasons: accepted, needsPosition }
        return look(deps.reads, (db) => readPolicyPreview(scope, db, { path, policy, now: deps.now() }))
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
