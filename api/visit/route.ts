import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { planVisits } from '@anju/prisma/visit/plan'
import { look, snapshot } from '@anju/prisma/reads'
import type { Deps } from '../deps.ts'
import { limitOf, markOf } from '../page.ts'
import { principalOf } from '../principal.ts'
import { Uuid } from '../schema.ts'
import { write } from '../write.ts'
import { readVisit, readVisits } from './read.ts'
import { NewVisit, Planned, VisitDetail, VisitList, VisitQuery } from './schema.ts'

const params = Type.Object({ id: Uuid })
const instant = (text: string | undefined): Date | undefined => (text === undefined ? undefined : new Date(text))

/** Visits: work orders, and what became of them. */
export function visitRoutes(deps: Deps): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      '/api/visits',
      {
        config: { action: 'read-visits' },
        schema: {
          operationId: 'listVisits',
          tags: ['visit'],
          summary:
            'Visits by their planned time, a caregiver’s own alone. `around` a time: those from it on, the soonest first, then those before, the latest first',
          querystring: VisitQuery,
          response: { 200: VisitList },
        },
      },
      async (request) => {
        const {
          from,
          to,
          state = 'all',
          elder,
          caregiver,
          provider,
          area,
          order = 'latest',
          around,
          cursor,
        } = request.query
        const { asOf, value } = await snapshot(deps.reads, (db) =>
          readVisits(principalOf(request).scope, db, {
            from: instant(from),
            to: instant(to),
            state,
            elderId: elder,
            caregiverId: caregiver,
            providerId: provider,
            areaId: area,
            order,
            around: instant(around),
            mark: markOf(cursor),
            limit: limitOf(request.query),
          }),
        )
        return { ...value, asOf }
      },
    )

    app.get(
      '/api/visits/:id',
      {
        config: { action: 'read-visits' },
        schema: {
          operationId: 'getVisit',
          tags: ['visit'],
          summary: 'A visit with its story, both ends’ grades and reasons, and what may be done',
          params,
          response: { 200: VisitDetail },
        },
      },
      async (request) => look(deps.reads, (db) => readVisit(principalOf(request).scope, db, request.params.id)),
    )

    app.post(
      '/api/visits',
      {
        config: { action: 'plan-visits' },
        schema: {
          operationId: 'planVisits',
          tags: ['visit'],
          summary: 'Plan a visit; for several elders of one home it is a joint one, each with minutes of their own',
          body: NewVisit,
          response: { 201: Planned },
        },
      },
      async (request, reply) => {
        const { plannedFrom, plannedTo, ...rest } = request.body
        const visit = { ...rest, plannedFrom: new Date(plannedFrom), plannedTo: new Date(plannedTo) }
        const { scope } = principalOf(request)
        const planned = await write(deps, request, (tx, now) => planVisits(tx, visit, scope, now))
        reply.code(201)
        return planned
      },
    )
  }
}
