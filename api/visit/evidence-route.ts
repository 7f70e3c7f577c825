import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { ERASURE_GROUNDS } from '@anju/domain/evidence/erasure'
import { writeVisitExport } from '@anju/domain/evidence/visit-export'
import { logOpening } from '@anju/prisma/access-log/apply'
import { eraseVisit } from '@anju/prisma/evidence/erase'
import { signingKey } from '@anju/prisma/evidence/seal'
import { look } from '@anju/prisma/reads'
import { transact } from '@anju/prisma/tx'
import type { Deps } from '../deps.ts'
import { reasonFor } from '../elder/opening.ts'
import { principalOf } from '../principal.ts'
import { OneOf, Uuid } from '../schema.ts'
import { write } from '../write.ts'
import { readVisitEvidence } from './evidence-read.ts'
import { readVisit, readVisitPlace } from './read.ts'
import { VisitDetail } from './schema.ts'

const params = Type.Object({ id: Uuid })
const These = Type.Array(Uuid, { maxItems: 200, uniqueItems: true })
const EraseBody = Type.Object(
  {
    ground: OneOf(ERASURE_GROUNDS),
    note: Type.String({ minLength: 1, maxLength: 500, pattern: '\\S', description: 'Who asked, or which rule' }),
    entries: Type.Optional(These),
    presences: Type.Optional(These),
    files: Type.Optional(These),
  },
  { additionalProperties: false },
)

/** One visit as one file that proves itself: for an auditor's desk, a court, a dispute. */
export function visitEvidenceRoutes(deps: Deps): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      '/api/visits/:id/evidence',
      {
        config: { action: 'export-evidence' },
        schema: {
          operationId: 'exportVisitEvidence',
          tags: ['visit'],
          summary:
            'Everything about a visit in one file that `npm run verify-evidence` proves whole without the platform. ' +
            'It is written down who took it; outside one’s duty it asks a reason',
          params,
          response: {
            200: {
              description: 'Canonical JSON (RFC 8785): to be kept byte by byte as it is',
              content: { 'application/json': { schema: Type.Unsafe<Buffer>(Type.String({ format: 'binary' })) } },
            },
          },
        },
      },
      async (request, reply) => {
        const { scope } = principalOf(request)
        const { id } = request.params
        const now = deps.now()
        const reason = reasonFor(request)
        const payload = await look(deps.reads, (db) => readVisitEvidence(scope, db, id, now))
        const opening = {
          userId: scope.userId,
          subject: `elder:${payload.chain.elder}`,
          action: 'export-evidence',
        } as const
        const why = [`visit:${id}`, ...(reason === null ? [] : [reason])].join(' ')
        await transact(deps.pool, (tx) => logOpening(tx, { ...opening, reason: why, now }))
        reply
          .header('content-type', 'application/json')
          .header('content-disposition', `attachment; filename="anju-visit-${id}.json"`)
        return reply.send(Buffer.from(writeVisitExport(payload, signingKey(deps.key))))
      },
    )

    app.post(
      '/api/visits/:id/erase',
      {
        config: { action: 'erase-evidence' },
        schema: {
          operationId: 'eraseVisitContents',
          tags: ['visit'],
          summary:
            'Delete personal content of a visit because the law asks for it: what was said with these steps, what was ' +
            'read at these ends, these files. The chain stays whole and says who deleted what and why',
          params,
          body: EraseBody,
          response: { 200: VisitDetail },
        },
      },
      async (request) => {
        const { scope } = principalOf(request)
        const { id } = request.params
        const { entries = [], presences = [], files = [], ground, note } = request.body
        await look(deps.reads, (db) => readVisitPlace(scope, db, id))
        await write(deps, request, async (tx, now) => {
          await eraseVisit(tx, { visitId: id, entries, presences, files, ground, note }, scope, now)
          return { id }
        })
        return look(deps.reads, (db) => readVisit(scope, db, id))
      },
    )
  }
}
