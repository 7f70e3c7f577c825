import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { answerErrand } from '@anju/prisma/errand/apply'
import { callDistress } from '@anju/prisma/presence/distress'
import { look } from '@anju/prisma/reads'
import type { Deps } from '../deps.ts'
import { principalOf } from '../principal.ts'
import { Uuid } from '../schema.ts'
import { write } from '../write.ts'
import { readErrands } from './read.ts'
import { DistressBody, Errand, ErrandAnswer } from './schema.ts'

/** What a caregiver's phone has beside visits: where an alarm sends them, and their own call for help. */
export function errandRoutes(deps: Deps): FastifyPluginAsyncTypebox {
  const Errands = Type.Object({ items: Type.Array(Errand) })
  return async (app) => {
    app.get(
      '/api/errands',
      {
        config: { action: 'do-visits' },
        schema: {
          operationId: 'listErrands',
          tags: ['visit'],
          summary: 'Where an alarm’s desk sends this caregiver',
          response: { 200: Errands },
        },
      },
      async (request) => ({
        items: await look(deps.reads, (db) => readErrands(principalOf(request).scope, db, deps.now())),
      }),
    )

    app.post(
      '/api/errands/:stepId/answer',
      {
        config: { action: 'do-visits' },
        schema: {
          operationId: 'answerErrand',
          tags: ['visit'],
          summary: 'Go, or not; the tap at the door tells of the arrival',
          params: Type.Object({ stepId: Uuid }),
          body: ErrandAnswer,
          response: { 200: Errands },
        },
      },
      async (request) => {
        const { scope } = principalOf(request)
        const { stepId } = request.params
        await write(deps, request, async (tx, now) => {
          await answerErrand(tx, { stepId, accepts: request.body.accepts }, scope, now)
          return {}
        })
        return { items: await look(deps.reads, (db) => readErrands(scope, db, deps.now())) }
      },
    )

    app.post(
      '/api/distress',
      {
        config: { action: 'do-visits' },
        schema: {
          operationId: 'callDistress',
          tags: ['visit'],
          summary: 'A caregiver calls for help: it raises, high, where they are',
          body: DistressBody,
          response: { 201: Type.Object({ alarmId: Uuid }) },
        },
      },
      async (request, reply) => {
        const { scope } = principalOf(request)
        const { phoneId, key, visitId = null, position = null, deviceAt } = request.body
        const distress = {
          phoneId,
          key,
          userAgent: request.headers['user-agent'] ?? '',
          visitId,
          position: position && { ...position },
          deviceAt: deviceAt === undefined ? null : new Date(deviceAt),
        }
        const raised = await write(deps, request, (tx, now) => callDistress(tx, distress, scope, now))
        reply.code(201)
        return raised
      },
    )
  }
}
