import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { endPlan, makePlan } from '@anju/prisma/nuisance-plan/apply'
import { look } from '@anju/prisma/reads'
import type { Scope } from '@anju/domain/access/scope'
import type { Db } from '@anju/prisma/reads'
import type { Deps } from '../deps.ts'
import { readElderPlace } from '../elder/read.ts'
import { personOf, principalOf } from '../principal.ts'
import { Instant, Nullable, Person, Uuid } from '../schema.ts'
import { write } from '../write.ts'

const PlanRow = Type.Object({
  plan: Nullable(Type.Object({ script: Type.String(), until: Instant, madeBy: Person, madeAt: Instant })),
})
const NewPlan = Type.Object(
  {
    script: Type.String({ minLength: 1, maxLength: 1000, pattern: '\\S' }),
    until: Type.String({ format: 'date-time', description: 'At most 92 days from now' }),
  },
  { additionalProperties: false },
)

async function readPlan(scope: Scope, db: Db, elderId: string, now: Date) {
  await readElderPlace(scope, db, elderId)
  const found = await db.nuisancePlan.findFirst({
    where: { elderId, endedAt: null, until: { gt: now } },
    include: { madeBy: { select: { id: true, name: true } } },
  })
  if (!found) return { plan: null }
  const { script, until, madeBy, madeAt } = found
  return { plan: { script, until: until.toISOString(), madeBy, madeAt: madeAt.toISOString() } }
}

/** Somebody who presses often without need: by the lead, with an end date; it changes the script and nothing else. */
export function nuisancePlanRoutes(deps: Deps): FastifyPluginAsyncTypebox {
  const params = Type.Object({ id: Uuid })
  const schema = (operationId: string, summary: string) => ({
    operationId,
    tags: ['elder'],
    summary,
    params,
    response: { 200: PlanRow },
  })
  const url = '/api/elders/:id/nuisance-plan'

  return async (app) => {
    app.get(
      url,
      { config: { action: 'read-people' }, schema: schema('getNuisancePlan', 'The plan in force, if there is one') },
      async (request) => {
        const { scope } = principalOf(request)
        return look(deps.reads, (db) => readPlan(scope, db, request.params.id, deps.now()))
      },
    )
    app.put(
      url,
      {
        config: { action: 'manage-desk' },
        schema: { ...schema('makeNuisancePlan', 'Make a plan, in place of the one before'), body: NewPlan },
      },
      async (request) => {
        const { scope } = personOf(request)
        const { script, until } = request.body
        const elderId = request.params.id
        await write(deps, request, (tx, now) => makePlan(tx, { elderId, script, until: new Date(until) }, scope, now))
        return look(deps.reads, (db) => readPlan(scope, db, elderId, deps.now()))
      },
    )
    app.delete(
      url,
      { config: { action: 'manage-desk' }, schema: schema('endNuisancePlan', 'End the plan in force') },
      async (request) => {
        const { scope } = personOf(request)
        const elderId = request.params.id
        await write(deps, request, async (tx, now) => {
          await endPlan(tx, elderId, scope, now)
          return {}
        })
        return look(deps.reads, (db) => readPlan(scope, db, elderId, deps.now()))
      },
    )
  }
}
