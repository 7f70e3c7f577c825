import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Scope } from '@anju/domain/access/scope'
import { startDrill } from '@anju/prisma/drill/apply'
import { endDrill } from '@anju/prisma/drill/end'
import { loadReport } from '@anju/prisma/drill/report'
import { look, snapshot } from '@anju/prisma/reads'
import { poolQuery } from '@anju/prisma/tx'
import { Type } from 'typebox'
import type { Deps } from '../deps.ts'
import { limitOf, markOf } from '../page.ts'
import { personOf, principalOf } from '../principal.ts'
import { Uuid } from '../schema.ts'
import { write } from '../write.ts'
import { readDrill, readDrills } from './read.ts'
import { DrillDetail, DrillList, DrillQuery, StartDrill, Started } from './schema.ts'

const params = Type.Object({ id: Uuid })

/** Rehearsals on the devices' own path: begun and stopped by the shift lead, seen by whoever sees alarms. */
export function drillRoutes(deps: Deps): FastifyPluginAsyncTypebox {
  /** With its report as it was kept, or, while it runs, as it stands. */
  const whole = async (scope: Scope, id: string): Promise<DrillDetail> => {
    const { report, ...drill } = await look(deps.reads, (db) => readDrill(scope, db, id))
    return { ...drill, report: report ?? (await loadReport(poolQuery(deps.pool), drill)) }
  }

  return async (app) => {
    app.get(
      '/api/drills',
      {
        config: { action: 'read-alarms' },
        schema: {
          operationId: 'listDrills',
          tags: ['drill'],
          summary: 'Drills by when they began, newest first',
          querystring: DrillQuery,
          response: { 200: DrillList },
        },
      },
      async (request) => {
        const { scope } = principalOf(request)
        const page = { mark: markOf(request.query.cursor), limit: limitOf(request.query) }
        const { asOf, value } = await snapshot(deps.reads, (db) => readDrills(scope, db, page))
        return { ...value, asOf }
      },
    )

    app.post(
      '/api/drills',
      {
        config: { action: 'run-drills' },
        schema: {
          operationId: 'startDrill',
          tags: ['drill'],
          summary: 'Start a drill in an area; a worker plays it',
          body: StartDrill,
          response: { 201: Started },
        },
      },
      async (request, reply) => {
        const { scope, user } = personOf(request)
        const { tellsOutside = true, ...body } = request.body
        const started = await write(deps, request, (tx, now) =>
          startDrill(tx, { ...body, tellsOutside, within: scope.areaPath, userId: user.id, now }),
        )
        return reply.code(201).send(started)
      },
    )

    app.get(
      '/api/drills/:id',
      {
        config: { action: 'read-alarms' },
        schema: {
          operationId: 'getDrill',
          tags: ['drill'],
          summary: 'A drill with its report so far',
          params,
          response: { 200: DrillDetail },
        },
      },
      async (request) => {
        const { scope } = principalOf(request)
        return whole(scope, request.params.id)
      },
    )

    app.post(
      '/api/drills/:id/stop',
      {
        config: { action: 'run-drills' },
        schema: {
          operationId: 'stopDrill',
          tags: ['drill'],
          summary: 'Stop a drill: its alarms are put away and its devices retired; one that is over stays as it is',
          params,
          response: { 200: DrillDetail },
        },
      },
      async (request) => {
        const { scope } = personOf(request)
        const { id } = request.params
        await look(deps.reads, (db) => readDrill(scope, db, id))
        await write(deps, request, (tx, now) => endDrill(tx, { drillId: id, state: 'stopped', now }))
        return whole(scope, id)
      },
    )
  }
}
