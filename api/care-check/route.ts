import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { correctCheck, planChecks, recordCheck, setOverdueAfter } from '@anju/prisma/care-check/apply'
import { look, snapshot } from '@anju/prisma/reads'
import type { Deps } from '../deps.ts'
import { byOf } from '../elder/by.ts'
import { orCurrent } from '../elder/changed.ts'
import { openFile } from '../elder/opening.ts'
import { currentOf, fileOf } from '../elder/route.ts'
import { ElderFile } from '../elder/schema.ts'
import { limitOf, markOf } from '../page.ts'
import { personOf, principalOf } from '../principal.ts'
import { Uuid, pageQuery } from '../schema.ts'
import { write } from '../write.ts'
import { readCareCommunities, readDue, readOverdueAfter } from './due-read.ts'
import { readCheck, readChecks, readDarkVillages } from './read.ts'
import {
  CareCheck,
  CareCheckList,
  CareCommunities,
  CareDueList,
  Correction,
  DarkVillages,
  DueQuery,
  NewCheck,
  OverdueBody,
  PlanBody,
} from './schema.ts'

const params = Type.Object({ id: Uuid })
const read = { config: { action: 'read-people' } } as const
const check = { config: { action: 'check-care' } } as const

/** Weekly care checks 关爱巡访 (P2.7): whose is due, what was found, and whom to see when a village is dark. */
export function careCheckRoutes(deps: Deps): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      '/api/care-checks',
      {
        ...read,
        schema: {
          operationId: 'listCareChecks',
          tags: ['care-check'],
          summary: 'Care checks, newest first',
          querystring: Type.Object({ ...pageQuery, elder: Type.Optional(Uuid) }),
          response: { 200: CareCheckList },
        },
      },
      async (request) => {
        const { elder, cursor } = request.query
        if (elder !== undefined) await openFile(deps, request, elder)
        const page = { elderId: elder, mark: markOf(cursor), limit: limitOf(request.query) }
        const { asOf, value } = await snapshot(deps.reads, (db) => readChecks(principalOf(request).scope, db, page))
        return { ...value, asOf }
      },
    )

    app.get(
      '/api/care-checks/communities',
      {
        ...read,
        schema: {
          operationId: 'listCareCommunities',
          tags: ['care-check'],
          summary: 'How many checks are due where, the most overdue first',
          response: { 200: CareCommunities },
        },
      },
      async (request) => {
        const { scope } = principalOf(request)
        const { asOf, value } = await snapshot(deps.reads, async (db) => ({
          items: await readCareCommunities(scope, db, deps.now()),
          overdueAfterDays: await readOverdueAfter(scope, db),
        }))
        return { ...value, asOf }
      },
    )

    app.get(
      '/api/care-checks/due',
      {
        ...read,
        schema: {
          operationId: 'listDueCareChecks',
          tags: ['care-check'],
          summary: 'Whom to look after, the longest overdue first',
          querystring: DueQuery,
          response: { 200: CareDueList },
        },
      },
      async (request) => {
        const { area, show = 'due', cursor } = request.query
        const asked = { areaId: area, show, mark: markOf(cursor), limit: limitOf(request.query), now: deps.now() }
        const { asOf, value } = await snapshot(deps.reads, (db) => readDue(principalOf(request).scope, db, asked))
        return { ...value, asOf }
      },
    )

    app.get(
      '/api/care-checks/dark',
      {
        ...read,
        schema: {
          operationId: 'listDarkVillages',
          tags: ['care-check'],
          summary: 'Villages whose devices fell silent together, and whom to see there in person',
          response: { 200: DarkVillages },
        },
      },
      async (request) => {
        const { asOf, value } = await snapshot(deps.reads, (db) =>
          readDarkVillages(principalOf(request).scope, db, deps.now()),
        )
        return { items: value, asOf }
      },
    )

    app.post(
      '/api/care-checks',
      {
        ...check,
        schema: {
          operationId: 'recordCareCheck',
          tags: ['care-check'],
          summary: 'Record a care check; without `at`, of now',
          body: NewCheck,
          response: { 201: CareCheck },
        },
      },
      async (request, reply) => {
        const { scope } = personOf(request)
        const { elderId, at, note = '', ...said } = request.body
        const { id } = await write(deps, request, (tx, now) =>
          recordCheck(tx, elderId, { ...said, note, at: at === undefined ? now : new Date(at) }, byOf(request, now)),
        )
        reply.code(201).header('location', `/api/care-checks/${id}`)
        return look(deps.reads, (db) => readCheck(scope, db, id))
      },
    )

    app.post(
      '/api/care-checks/:id/corrections',
      {
        ...check,
        schema: {
          operationId: 'correctCareCheck',
          tags: ['care-check'],
          summary: 'Correct a care check by a newer one; what it said stays',
          params,
          body: Correction,
          response: { 201: CareCheck },
        },
      },
      async (request, reply) => {
        const { scope } = personOf(request)
        const { at, note = '', ...said } = request.body
        const { id } = await write(deps, request, (tx, now) =>
          correctCheck(tx, request.params.id, { ...said, note, at: new Date(at) }, byOf(request, now)),
        )
        reply.code(201).header('location', `/api/care-checks/${id}`)
        return look(deps.reads, (db) => readCheck(scope, db, id))
      },
    )

    app.put(
      '/api/elders/:id/care-checks',
      {
        config: { action: 'change-elder' },
        schema: {
          operationId: 'planCareChecks',
          tags: ['care-check'],
          summary: 'How often somebody is to be looked after; null: not at all',
          params,
          body: PlanBody,
          response: { 200: ElderFile },
        },
      },
      async (request) => {
        const { id } = request.params
        const { version, everyDays, reason = '' } = request.body
        await orCurrent(deps, currentOf(deps, request, id), () =>
          write(deps, request, async (tx, now) => {
            await planChecks(tx, { id, version, everyDays, reason }, byOf(request, now))
            return null
          }),
        )
        return fileOf(deps, request, id)
      },
    )

    app.put(
      '/api/care-checks/overdue',
      {
        config: { action: 'manage-shifts' },
        schema: {
          operationId: 'setCareChecksOverdue',
          tags: ['care-check'],
          summary: 'After how many days an overdue check raises an alarm, for the whole installation',
          body: OverdueBody,
          response: { 200: OverdueBody },
        },
      },
      async (request) => {
        const { scope } = personOf(request)
        const was = await look(deps.reads, (db) => readOverdueAfter(scope, db))
        const days = request.body.overdueAfterDays
        await write(deps, request, async (tx, now) => {
          await setOverdueAfter(tx, days, was, byOf(request, now))
          return null
        })
        return { overdueAfterDays: days }
      },
    )
  }
}
