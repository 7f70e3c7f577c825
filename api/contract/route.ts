import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { addContract, changeContract } from '@anju/prisma/contract/apply'
import { look, snapshot } from '@anju/prisma/reads'
import type { Deps } from '../deps.ts'
import { principalOf } from '../principal.ts'
import { Uuid } from '../schema.ts'
import { write } from '../write.ts'
import { readContract, readContracts } from './read.ts'
import { ContractChange, ContractList, ContractRow, NewContract } from './schema.ts'

/** A government's contracts with providers: without one for the area and day, nobody is sent. */
export function contractRoutes(deps: Deps): FastifyPluginAsyncTypebox {
  const params = Type.Object({ id: Uuid })
  return async (app) => {
    app.get(
      '/api/contracts',
      {
        config: { action: 'read-caregivers' },
        schema: {
          operationId: 'listContracts',
          tags: ['provider'],
          summary: 'Contracts with providers, the latest first',
          querystring: Type.Object({ providerId: Type.Optional(Uuid) }),
          response: { 200: ContractList },
        },
      },
      async (request) => {
        const { scope } = principalOf(request)
        const asked = { providerId: request.query.providerId, now: deps.now() }
        const { asOf, value } = await snapshot(deps.reads, (db) => readContracts(scope, db, asked))
        return { items: value, next: null, asOf }
      },
    )

    app.post(
      '/api/contracts',
      {
        config: { action: 'manage-services' },
        schema: {
          operationId: 'addContract',
          tags: ['provider'],
          summary: 'Keep a contract with a provider',
          body: NewContract,
          response: { 201: ContractRow },
        },
      },
      async (request, reply) => {
        const { scope } = principalOf(request)
        const contract = { validTo: null, note: '', ...request.body }
        const { id } = await write(deps, request, (tx, now) => addContract(tx, contract, scope, now))
        reply.code(201)
        return look(deps.reads, (db) => readContract(scope, db, id, deps.now()))
      },
    )

    app.patch(
      '/api/contracts/:id',
      {
        config: { action: 'manage-services' },
        schema: {
          operationId: 'changeContract',
          tags: ['provider'],
          summary: 'Change a contract, end it before its time, or take it up again',
          params,
          body: ContractChange,
          response: { 200: ContractRow },
        },
      },
      async (request) => {
        const { scope } = principalOf(request)
        const { id } = request.params
        await write(deps, request, async (tx, now) => {
          await changeContract(tx, { id, ...request.body }, scope, now)
          return {}
        })
        return look(deps.reads, (db) => readContract(scope, db, id, deps.now()))
      },
    )
  }
}
