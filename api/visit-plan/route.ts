import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { type Static, Type } from 'typebox'
import { changePlan, endPlan, makePlan } from '@anju/prisma/visit-plan/apply'
import { look, snapshot } from '@anju/prisma/reads'
import type { Deps } from '../deps.ts'
import { limitOf, markOf } from '../page.ts'
import { principalOf } from '../principal.ts'
import { Uuid } from '../schema.ts'
import { write } from '../write.ts'
import { readPlan, readPlans } from './read.ts'
import { ChangedPlan, EndPlan, NewPlan, PlanList, PlanMade, PlanQuery, PlanRow } from './schema.ts'

const params = Type.Object({ id: Uuid })

/** The same where a plan is made and where it is changed. */
const agreedOf = (
  body: Pick<
    Static<typeof ChangedPlan>,
    'caregiverId' | 'weekdays' | 'everyWeeks' | 'beginsAt' | 'minutes' | 'serviceIds' | 'validTo' | 'note'
  >,
) => {
  const { caregiverId, weekdays, everyWeeks, beginsAt, minutes, serviceIds, validTo, note = '' } = body
  return { caregiverId, weekdays, everyWeeks, beginsAt, minutes, services: serviceIds, validTo, note }
}

/** Visits that come back. */
export function visitPlanRoutes(deps: Deps): FastifyPluginAsyncTypebox {
  const tags = ['visit']
  const plans = { action: 'plan-visits' } as const
  return async (app) => {
    app.get(
      '/api/visit-plans',
      {
        config: { action: 'read-visits' },
        schema: {
          operationId: 'listVisitPlans',
          tags,
          summary: 'Visits that come back, with the days that could not be made and why',
          querystring: PlanQuery,
          response: { 200: PlanList },
        },
      },
      async (request) => {
        const { show = 'running', elder, provider, cursor } = request.query
        const { scope } = principalOf(request)
        const asked = {
          show,
          elderId: elder,
          providerId: provider,
          mark: markOf(cursor),
          limit: limitOf(request.query),
        }
        const { asOf, value } = await snapshot(deps.reads, (db) => readPlans(scope, db, asked, deps.now()))
        return { ...value, asOf }
      },
    )

    app.get(
      '/api/visit-plans/:id',
      {
        config: { action: 'read-visits' },
        schema: {
          operationId: 'getVisitPlan',
          tags,
          summary: 'A plan with the days that could not be made',
          params,
          response: { 200: PlanRow },
        },
      },
      async (request) =>
        look(deps.reads, (db) => readPlan(principalOf(request).scope, db, request.params.id, deps.now())),
    )

    app.post(
      '/api/visit-plans',
      {
        config: plans,
        schema: {
          operationId: 'makeVisitPlan',
          tags,
          summary: 'Plan visits that come back; those of the next four weeks are made at once',
          body: NewPlan,
          response: { 201: PlanMade },
        },
      },
      async (request, reply) => {
        const { elderId, providerId, validFrom } = request.body
        const plan = { elderId, providerId, validFrom, ...agreedOf(request.body) }
        const { scope } = principalOf(request)
        const made = await write(deps, request, (tx, now) => makePlan(tx, plan, scope, now))
        reply.code(201)
        return made
      },
    )

    app.post(
      '/api/visit-plans/:id/change',
      {
        config: plans,
        schema: {
          operationId: 'changeVisitPlan',
          tags,
          summary: 'Change a plan from a day on: another follows it, and visits not yet begun are made anew',
          params,
          body: ChangedPlan,
          response: { 201: PlanMade },
        },
      },
      async (request, reply) => {
        const { version, from } = request.body
        const change = { id: request.params.id, version, from, agreed: agreedOf(request.body) }
        const { scope } = principalOf(request)
        const made = await write(deps, request, (tx, now) => changePlan(tx, change, scope, now))
        reply.code(201)
        return made
      },
    )

    app.post(
      '/api/visit-plans/:id/end',
      {
        config: plans,
        schema: {
          operationId: 'endVisitPlan',
          tags,
          summary: 'End a plan: from that day on its visits are cancelled',
          params,
          body: EndPlan,
          response: { 200: PlanRow },
        },
      },
      async (request) => {
        const { id } = request.params
        const { scope } = principalOf(request)
        await write(deps, request, async (tx, now) => {
          await endPlan(tx, { id, ...request.body }, scope, now)
          return { id }
        })
        return look(deps.reads, (db) => readPlan(scope, db, id, deps.now()))
      },
    )
  }
}
