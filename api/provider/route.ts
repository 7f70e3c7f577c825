import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { addProvider, changeProvider } from '@anju/prisma/provider/apply'
import { look, snapshot } from '@anju/prisma/reads'
import { transact } from '@anju/prisma/tx'
import type { Deps } from '../deps.ts'
import { limitOf, markOf } from '../page.ts'
import { principalOf } from '../principal.ts'
import { pageQuery, Uuid } from '../schema.ts'
import { write } from '../write.ts'
import { readProvider, readProviders } from './read.ts'
import { NewProvider, ProviderChange, ProviderList, ProviderRow } from './schema.ts'

/** The companies that care is bought from (P1.4). Credentials and contracts come with visits. */
export function providerRoutes(deps: Deps): FastifyPluginAsyncTypebox {
  const params = Type.Object({ id: Uuid })
  return async (app) => {
    app.get(
      '/api/providers',
      {
        config: { action: 'read-caregivers' },
        schema: {
          operationId: 'listProviders',
          tags: ['provider'],
          summary: 'Providers of one’s area and of the areas above it, newest first',
          querystring: Type.Object({ ...pageQuery, search: Type.Optional(Type.String({ maxLength: 100 })) }),
          response: { 200: ProviderList },
        },
      },
      async (request) => {
        const { scope } = principalOf(request)
        const { search = '', cursor } = request.query
        const query = { search, mark: markOf(cursor), limit: limitOf(request.query) }
        const { asOf, value } = await snapshot(deps.reads, (db) => readProviders(scope, db, query))
        return { ...value, asOf }
      },
    )

    app.post(
      '/api/providers',
      {
        config: { action: 'manage-providers' },
        schema: {
          operationId: 'addProvider',
          tags: ['provider'],
          summary: 'Take a provider in for an area',
          body: NewProvider,
          response: { 201: ProviderRow },
        },
      },
      async (request, reply) => {
        const { scope } = principalOf(request)
        const { name, areaId, phone = '', address = '' } = request.body
        const { id } = await write(deps, request, (tx, now) =>
          addProvider(tx, { name, areaId, phone, address }, scope, now),
        )
        reply.code(201)
        return look(deps.reads, (db) => readProvider(scope, db, id))
      },
    )

    app.get(
      '/api/providers/:id',
      {
        config: { action: 'read-caregivers' },
        schema: {
          operationId: 'getProvider',
          tags: ['provider'],
          summary: 'One provider',
          params,
          response: { 200: ProviderRow },
        },
      },
      async (request) => look(deps.reads, (db) => readProvider(principalOf(request).scope, db, request.params.id)),
    )

    app.patch(
      '/api/providers/:id',
      {
        config: { action: 'manage-providers' },
        schema: {
          operationId: 'changeProvider',
          tags: ['provider'],
          summary: 'Change, close or reopen a provider',
          params,
          body: ProviderChange,
          response: { 200: ProviderRow },
        },
      },
      async (request) => {
        const { scope } = principalOf(request)
        const { id } = request.params
        await transact(deps.pool, (tx) => changeProvider(tx, { id, ...request.body }, scope, deps.now()))
        return look(deps.reads, (db) => readProvider(scope, db, id))
      },
    )
  }
}
