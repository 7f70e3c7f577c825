import type { FastifyRequest } from 'fastify'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type, type Static } from 'typebox'
import { logOpening } from '@anju/prisma/access-log/apply'
import { look } from '@anju/prisma/reads'
import { transact } from '@anju/prisma/tx'
import type { Deps } from '../deps.ts'
import { principalOf } from '../principal.ts'
import { Uuid } from '../schema.ts'
import { IdNumberShown, LikelyList, SuggestQuery } from './life-schema.ts'
import { readElderPlace, readIdNumberOf } from './read.ts'
import { ReasonBody } from './schema.ts'
import { ID_NUMBER_HEADER, readLikely } from './suggest.ts'

/** Who somebody is: likely doubles of a new entry, and the identity number unmasked. */
export function identityRoutes(deps: Deps): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      '/api/elders/suggest',
      {
        config: { action: 'register-elder' },
        schema: {
          operationId: 'suggestElders',
          tags: ['elder'],
          summary: 'Who may be the person about to be registered; an identity number goes in the header anju-id-number',
          querystring: SuggestQuery,
          response: { 200: LikelyList },
        },
      },
      async (request) => likely(deps, request, request.query),
    )

    app.post(
      '/api/elders/suggest',
      {
        config: { action: 'register-elder' },
        schema: {
          operationId: 'suggestEldersAside',
          tags: ['elder'],
          summary: 'The same, with who is meant kept out of the address, which proxies log; writes nothing',
          body: SuggestQuery,
          response: { 200: LikelyList },
        },
      },
      async (request) => likely(deps, request, request.body),
    )

    app.post(
      '/api/elders/:id/id-number',
      {
        config: { action: 'unmask-id-number' },
        schema: {
          operationId: 'unmaskIdNumber',
          tags: ['elder'],
          summary: 'The identity number unmasked, for a reason; written down for auditors',
          params: Type.Object({ id: Uuid }),
          body: ReasonBody,
          response: { 200: IdNumberShown },
        },
      },
      async (request) => {
        const { scope } = principalOf(request)
        const { id } = request.params
        await look(deps.reads, (db) => readElderPlace(scope, db, id))
        // Each showing is one line of the log, so no key makes two of them one.
        const opening = { userId: scope.userId, subject: `elder:${id}`, action: 'unmask' as const }
        await transact(deps.pool, (tx) =>
          logOpening(tx, { ...opening, reason: request.body.reason.trim(), now: deps.now() }),
        )
        return { idNumber: await look(deps.reads, (db) => readIdNumberOf(scope, db, { id, key: deps.key })) }
      },
    )
  }
}

async function likely(deps: Deps, request: FastifyRequest, asked: Static<typeof SuggestQuery>) {
  const { scope } = principalOf(request)
  const idNumber = request.headers[ID_NUMBER_HEADER]
  const whom = { ...asked, key: deps.key, now: deps.now(), ...(typeof idNumber === 'string' ? { idNumber } : {}) }
  return { items: await look(deps.reads, (db) => readLikely(scope, db, whom)) }
}
