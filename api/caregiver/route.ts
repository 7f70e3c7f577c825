import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { addCaregiver, changeCaregiver } from '@anju/prisma/caregiver/apply'
import { look, snapshot } from '@anju/prisma/reads'
import { addBadge } from '@anju/prisma/tag/apply'
import { transact } from '@anju/prisma/tx'
import type { Deps } from '../deps.ts'
import { limitOf, markOf } from '../page.ts'
import { principalOf } from '../principal.ts'
import { pageQuery, Uuid } from '../schema.ts'
import { write } from '../write.ts'
import { readCaregiver, readCaregivers } from './read.ts'
import { CaregiverChange, CaregiverList, CaregiverRow, NewCaregiver, NewTag } from './schema.ts'

/** Who cares (P1.1), and the badge they show at a door. */
export function caregiverRoutes(deps: Deps): FastifyPluginAsyncTypebox {
  const params = Type.Object({ id: Uuid })
  return async (app) => {
    app.get(
      '/api/caregivers',
      {
        config: { action: 'read-caregivers' },
        schema: {
          operationId: 'listCaregivers',
          tags: ['provider'],
          summary: 'Caregivers, newest first',
          querystring: Type.Object({
            ...pageQuery,
            search: Type.Optional(Type.String({ maxLength: 100 })),
            providerId: Type.Optional(Uuid),
            left: Type.Optional(Type.Boolean({ description: 'Those who left' })),
          }),
          response: { 200: CaregiverList },
        },
      },
      async (request) => {
        const { scope } = principalOf(request)
        const { search = '', providerId, left = false, cursor } = request.query
        const query = { search, providerId, left, mark: markOf(cursor), limit: limitOf(request.query) }
        const { asOf, value } = await snapshot(deps.reads, (db) => readCaregivers(scope, db, query))
        return { ...value, asOf }
      },
    )

    app.post(
      '/api/caregivers',
      {
        config: { action: 'manage-caregivers' },
        schema: {
          operationId: 'addCaregiver',
          tags: ['provider'],
          summary: 'Take a caregiver in with a provider',
          body: NewCaregiver,
          response: { 201: CaregiverRow },
        },
      },
      async (request, reply) => {
        const { scope } = principalOf(request)
        const { providerId, name, sex = null, bornOn = null, phone = '' } = request.body
        const { id } = await write(deps, request, (tx, now) =>
          addCaregiver(tx, { providerId, name, sex, bornOn, phone }, scope, now),
        )
        reply.code(201)
        return look(deps.reads, (db) => readCaregiver(scope, db, id))
      },
    )

    app.get(
      '/api/caregivers/:id',
      {
        config: { action: 'read-caregivers' },
        schema: {
          operationId: 'getCaregiver',
          tags: ['provider'],
          summary: 'One caregiver with the badges held',
          params,
          response: { 200: CaregiverRow },
        },
      },
      async (request) => look(deps.reads, (db) => readCaregiver(principalOf(request).scope, db, request.params.id)),
    )

    app.patch(
      '/api/caregivers/:id',
      {
        config: { action: 'manage-caregivers' },
        schema: {
          operationId: 'changeCaregiver',
          tags: ['provider'],
          summary: 'Change a caregiver; who leaves gives the badges back',
          params,
          body: CaregiverChange,
          response: { 200: CaregiverRow },
        },
      },
      async (request) => {
        const { scope } = principalOf(request)
        const { id } = request.params
        await transact(deps.pool, (tx) => changeCaregiver(tx, { id, ...request.body }, scope, deps.now()))
        return look(deps.reads, (db) => readCaregiver(scope, db, id))
      },
    )

    app.post(
      '/api/caregivers/:id/badges',
      {
        config: { action: 'manage-caregivers' },
        schema: {
          operationId: 'addBadge',
          tags: ['provider'],
          summary: 'Give a caregiver a badge',
          params,
          body: NewTag,
          response: { 201: CaregiverRow },
        },
      },
      async (request, reply) => {
        const { scope } = principalOf(request)
        const { id } = request.params
        const { uid, label = '' } = request.body
        await write(deps, request, (tx, now) => addBadge(tx, { caregiverId: id, uid, label }, scope, now))
        reply.code(201)
        return look(deps.reads, (db) => readCaregiver(scope, db, id))
      },
    )
  }
}
