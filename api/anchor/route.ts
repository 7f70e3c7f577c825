import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { publicKeyOf } from '@anju/domain/evidence/root'
import { signingKey } from '@anju/prisma/evidence/seal'
import { snapshot } from '@anju/prisma/reads'
import type { Deps } from '../deps.ts'
import { limitOf, markOf } from '../page.ts'
import { principalOf } from '../principal.ts'
import { readAnchorAttempts, readAnchors } from './read.ts'
import { AnchorAttemptList, AnchorList, AnchorQuery } from './schema.ts'

/** The daily roots of evidence, and who else has them. */
export function anchorRoutes(deps: Deps): FastifyPluginAsyncTypebox {
  const config = { action: 'read-figures' } as const
  const tags = ['anchor']
  const key = Buffer.from(publicKeyOf(signingKey(deps.key))).toString('hex')
  return async (app) => {
    app.get(
      '/api/anchors',
      {
        config,
        schema: {
          operationId: 'listAnchors',
          tags,
          summary: 'Days and their roots of evidence, the latest first; when they were handed to whom; gaps',
          querystring: AnchorQuery,
          response: { 200: AnchorList },
        },
      },
      async (request) => {
        const page = { mark: markOf(request.query.cursor), limit: limitOf(request.query) }
        const { asOf, value } = await snapshot(deps.reads, (db) => readAnchors(principalOf(request).scope, db, page))
        return { ...value, asOf, key }
      },
    )

    app.get(
      '/api/anchor-attempts',
      {
        config,
        schema: {
          operationId: 'listAnchorAttempts',
          tags,
          summary: 'Every attempt to hand roots over, the latest first',
          querystring: AnchorQuery,
          response: { 200: AnchorAttemptList },
        },
      },
      async (request) => {
        const page = { mark: markOf(request.query.cursor), limit: limitOf(request.query) }
        const { asOf, value } = await snapshot(deps.reads, (db) =>
          readAnchorAttempts(principalOf(request).scope, db, page),
        )
        return { ...value, asOf }
      },
    )
  }
}
