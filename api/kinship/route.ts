import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { declareKinship, endKinship } from '@anju/prisma/kinship/apply'
import { look } from '@anju/prisma/reads'
import type { Deps } from '../deps.ts'
import { openFile } from '../elder/opening.ts'
import { principalOf } from '../principal.ts'
import { Uuid } from '../schema.ts'
import { write } from '../write.ts'
import { readKinOfCaregiver, readKinOfElder, readServedElders } from './read.ts'
import { KinshipEnd, Kinships, NewKinship, ServedElders } from './schema.ts'

const params = Type.Object({ id: Uuid })

/** Kin who are paid to care: declared, and shown wherever the two meet. */
export function kinshipRoutes(deps: Deps): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      '/api/caregivers/:id/kinships',
      {
        config: { action: 'read-caregivers' },
        schema: {
          operationId: 'listKinOfCaregiver',
          tags: ['provider'],
          summary: 'To whom a caregiver is kin',
          params,
          response: { 200: Kinships },
        },
      },
      async (request) => {
        const { scope } = principalOf(request)
        return { items: await look(deps.reads, (db) => readKinOfCaregiver(scope, db, request.params.id)) }
      },
    )

    app.get(
      '/api/elders/:id/kinships',
      {
        config: { action: 'read-people' },
        schema: {
          operationId: 'listKinOfElder',
          tags: ['elder'],
          summary: 'Caregivers who are kin to an elder; outside one’s duty it asks a reason',
          params,
          response: { 200: Kinships },
        },
      },
      async (request) => {
        await openFile(deps, request, request.params.id)
        const { scope } = principalOf(request)
        return { items: await look(deps.reads, (db) => readKinOfElder(scope, db, request.params.id)) }
      },
    )

    app.post(
      '/api/kinships',
      {
        config: { action: 'manage-caregivers' },
        schema: {
          operationId: 'declareKinship',
          tags: ['provider'],
          summary: 'Declare that a caregiver is kin to an elder; a provider’s own, to one whom the provider visits',
          body: NewKinship,
          response: { 201: Kinships },
        },
      },
      async (request, reply) => {
        const { scope } = principalOf(request)
        await write(deps, request, (tx, now) => declareKinship(tx, request.body, scope, now))
        reply.code(201)
        return { items: await look(deps.reads, (db) => readKinOfCaregiver(scope, db, request.body.caregiverId)) }
      },
    )

    app.post(
      '/api/kinships/:id/end',
      {
        config: { action: 'manage-caregivers' },
        schema: {
          operationId: 'endKinship',
          tags: ['provider'],
          summary: 'End a kinship that does not hold',
          params,
          body: KinshipEnd,
          response: { 204: Type.Null() },
        },
      },
      async (request, reply) => {
        const { scope } = principalOf(request)
        const end = { id: request.params.id, reason: request.body.reason ?? '' }
        await write(deps, request, async (tx, now) => {
          await endKinship(tx, end, scope, now)
          return {}
        })
        return reply.code(204).send(null)
      },
    )

    app.get(
      '/api/providers/:id/elders',
      {
        config: { action: 'manage-caregivers' },
        schema: {
          operationId: 'listServedElders',
          tags: ['provider'],
          summary: 'Whom a provider visits, or did: names alone',
          params,
          querystring: Type.Object({ search: Type.Optional(Type.String({ maxLength: 100 })) }),
          response: { 200: ServedElders },
        },
      },
      async (request) => {
        const { scope } = principalOf(request)
        const asked = { providerId: request.params.id, search: request.query.search ?? '' }
        return { items: await look(deps.reads, (db) => readServedElders(scope, db, asked)) }
      },
    )
  }
}
