import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { addService, changeService, startFromAnnex } from '@anju/prisma/catalogue/apply'
import { look, snapshot } from '@anju/prisma/reads'
import type { Deps } from '../deps.ts'
import { principalOf } from '../principal.ts'
import { Uuid } from '../schema.ts'
import { write } from '../write.ts'
import { readService, readServices } from './read.ts'
import { AnnexAdded, AnnexWanted, NewService, ServiceChange, ServiceList, ServiceRow } from './schema.ts'

/** What may be done at a visit (P4), as data of an area. */
export function catalogueRoutes(deps: Deps): FastifyPluginAsyncTypebox {
  const params = Type.Object({ id: Uuid })
  return async (app) => {
    app.get(
      '/api/services',
      {
        config: { action: 'read-visits' },
        schema: {
          operationId: 'listServices',
          tags: ['service'],
          summary: 'The catalogue that holds in an area, by number',
          querystring: Type.Object({
            areaId: Type.Optional(Uuid),
            retired: Type.Optional(Type.Boolean({ description: 'What the area took out of it' })),
          }),
          response: { 200: ServiceList },
        },
      },
      async (request) => {
        const { scope } = principalOf(request)
        const { areaId, retired = false } = request.query
        const { asOf, value } = await snapshot(deps.reads, (db) => readServices(scope, db, { areaId, retired }))
        return { items: value, next: null, asOf }
      },
    )

    app.get(
      '/api/services/:id',
      {
        config: { action: 'read-visits' },
        schema: {
          operationId: 'getService',
          tags: ['service'],
          summary: 'One service',
          params,
          response: { 200: ServiceRow },
        },
      },
      async (request) => look(deps.reads, (db) => readService(principalOf(request).scope, db, request.params.id)),
    )

    app.post(
      '/api/services',
      {
        config: { action: 'manage-services' },
        schema: {
          operationId: 'addService',
          tags: ['service'],
          summary: 'Put a service into an area’s catalogue',
          body: NewService,
          response: { 201: ServiceRow },
        },
      },
      async (request, reply) => {
        const { scope } = principalOf(request)
        const silent = {
          ...{ note: '', unit: '', priceFen: null, minMinutes: null, conditions: [], familySubstitute: null },
          ...{ credentials: [], photos: true, source: '' },
        }
        const { id } = await write(deps, request, (tx, now) =>
          addService(tx, { ...silent, ...request.body }, scope, now),
        )
        reply.code(201)
        return look(deps.reads, (db) => readService(scope, db, id))
      },
    )

    app.post(
      '/api/services/annex',
      {
        config: { action: 'manage-services' },
        schema: {
          operationId: 'startFromAnnex',
          tags: ['service'],
          summary: 'Start an area’s catalogue from the county’s annex 2; what has a number already stays as it is',
          body: AnnexWanted,
          response: { 200: AnnexAdded },
        },
      },
      async (request) => {
        const { scope } = principalOf(request)
        return write(deps, request, (tx, now) => startFromAnnex(tx, request.body.areaId, scope, now))
      },
    )

    app.patch(
      '/api/services/:id',
      {
        config: { action: 'manage-services' },
        schema: {
          operationId: 'changeService',
          tags: ['service'],
          summary: 'Change a service, take it out of the catalogue or put it back; its history keeps what it was',
          params,
          body: ServiceChange,
          response: { 200: ServiceRow },
        },
      },
      async (request) => {
        const { scope } = principalOf(request)
        const { id } = request.params
        await write(deps, request, async (tx, now) => {
          await changeService(tx, { id, ...request.body }, scope, now)
          return {}
        })
        return look(deps.reads, (db) => readService(scope, db, id))
      },
    )
  }
}
