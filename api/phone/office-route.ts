import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { makePhoneLink } from '@anju/prisma/phone/join'
import { declareShared, revokePhoneKey } from '@anju/prisma/phone/revoke'
import { snapshot } from '@anju/prisma/reads'
import { transact } from '@anju/prisma/tx'
import type { Deps } from '../deps.ts'
import { principalOf } from '../principal.ts'
import { Uuid } from '../schema.ts'
import { write } from '../write.ts'
import { readPhones } from './read.ts'
import { PhoneLink, PhoneList, SharedBody } from './schema.ts'

/** The office's side: the QR code for a caregiver's phone, the phones in use, and their end. */
export function phoneOfficeRoutes(deps: Deps): FastifyPluginAsyncTypebox {
  const params = Type.Object({ id: Uuid })
  const office = { action: 'manage-caregivers' } as const
  return async (app) => {
    app.post(
      '/api/caregivers/:id/phone-link',
      {
        config: office,
        schema: {
          operationId: 'makePhoneLink',
          tags: ['phone'],
          summary:
            'A one-time link, as a QR code, by which a caregiver takes a phone into use; an open one is withdrawn',
          params,
          response: { 201: PhoneLink },
        },
      },
      async (request, reply) => {
        const { scope } = principalOf(request)
        const { token, expiresAt } = await write(deps, request, async (tx, now) => {
          const made = await makePhoneLink(tx, request.params.id, scope, now)
          return { token: made.token, expiresAt: made.expiresAt.toISOString() }
        })
        const base = deps.config.publicUrl ?? request.headers.origin ?? `${request.protocol}://${request.host}`
        reply.code(201)
        return { link: new URL(`/phone#${token}`, base).href, expiresAt }
      },
    )

    app.get(
      '/api/caregivers/:id/phones',
      {
        config: { action: 'read-caregivers' },
        schema: {
          operationId: 'listPhones',
          tags: ['phone'],
          summary: 'The phones a caregiver signs in on, and did, newest first',
          params,
          response: { 200: PhoneList },
        },
      },
      async (request) => {
        const { scope } = principalOf(request)
        const { asOf, value } = await snapshot(deps.reads, (db) => readPhones(scope, db, request.params.id))
        return { items: value, next: null, asOf }
      },
    )

    app.delete(
      '/api/phone-keys/:id',
      {
        config: office,
        schema: {
          operationId: 'revokePhoneKey',
          tags: ['phone'],
          summary: 'A phone is lost or given back: the caregiver signs in on it no more',
          params,
          response: { 204: Type.Null() },
        },
      },
      async (request, reply) => {
        const { scope } = principalOf(request)
        await transact(deps.pool, (tx) => revokePhoneKey(tx, request.params.id, scope, deps.now()))
        return reply.code(204).send(null)
      },
    )

    app.put(
      '/api/phones/:id/shared',
      {
        config: office,
        schema: {
          operationId: 'declarePhoneShared',
          tags: ['phone'],
          summary: 'Declare a phone one that several caregivers use, or take that back',
          params,
          body: SharedBody,
          response: { 204: Type.Null() },
        },
      },
      async (request, reply) => {
        const { scope } = principalOf(request)
        const { shared, note = '' } = request.body
        await transact(deps.pool, (tx) => declareShared(tx, { id: request.params.id, shared, note }, scope, deps.now()))
        return reply.code(204).send(null)
      },
    )
  }
}
