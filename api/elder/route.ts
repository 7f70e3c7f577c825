import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import { Type, type Static } from 'typebox'
import { elderStates } from '@anju/domain/elder/state'
import { changeElder, replaceContacts } from '@anju/prisma/elder/change'
import { registerElder } from '@anju/prisma/elder/apply'
import { look, snapshot, type Db } from '@anju/prisma/reads'
import type { Deps } from '../deps.ts'
import { limitOf } from '../page.ts'
import { principalOf } from '../principal.ts'
import { OneOf, pageQuery, Uuid } from '../schema.ts'
import { write } from '../write.ts'
import { byOf } from './by.ts'
import { orCurrent } from './changed.ts'
import { openFile } from './opening.ts'
import { readElder } from './read.ts'
import { ContactsBody, ElderFile, ElderList, ElderPatch, NewElder } from './schema.ts'
import { readElders } from './search.ts'

const params = Type.Object({ id: Uuid })
const searched = {
  ...pageQuery,
  search: Type.Optional(Type.String({ maxLength: 100, description: 'Words; each must fit' })),
  area: Type.Optional(Uuid),
  state: Type.Optional(OneOf(elderStates)),
}
type Searched = Static<Type.TObject<typeof searched>>

/** Elders: list, search, file, registration, changes of what the file says. */
export function elderRoutes(deps: Deps): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      '/api/elders',
      {
        config: { action: 'read-people' },
        schema: {
          operationId: 'listElders',
          tags: ['elder'],
          summary: 'Elders by name, pinyin, initials, number or place; without a search newest first',
          querystring: Type.Object(searched),
          response: { 200: ElderList },
        },
      },
      async (request) => listOf(deps, request, request.query),
    )

    app.post(
      '/api/elders/search',
      {
        config: { action: 'read-people' },
        schema: {
          operationId: 'searchElders',
          tags: ['elder'],
          summary: 'The same, with what is looked for kept out of the address, which proxies log; writes nothing',
          body: Type.Object(searched, { additionalProperties: false }),
          response: { 200: ElderList },
        },
      },
      async (request) => listOf(deps, request, request.body),
    )

    app.post(
      '/api/elders',
      {
        config: { action: 'register-elder' },
        schema: {
          operationId: 'registerElder',
          tags: ['elder'],
          summary: 'Register an elder; without homeId a home of her own is made',
          body: NewElder,
          response: { 201: ElderFile },
        },
      },
      async (request, reply) => {
        const { within, userId } = byOf(request, deps.now())
        const { id, converted } = await write(deps, request, (tx, now) =>
          registerElder(tx, deps.key, { ...request.body, within, userId, now }),
        )
        reply.code(201).header('location', `/api/elders/${id}`)
        return said(await fileOf(deps, request, id), converted)
      },
    )

    app.get(
      '/api/elders/:id',
      {
        config: { action: 'read-people' },
        schema: {
          operationId: 'getElder',
          tags: ['elder'],
          summary: 'An elder’s file; outside one’s duty it asks a reason in the header anju-reason',
          params,
          response: { 200: ElderFile },
        },
      },
      async (request) => {
        await openFile(deps, request, request.params.id)
        return fileOf(deps, request, request.params.id)
      },
    )

    app.patch(
      '/api/elders/:id',
      {
        config: { action: 'change-elder' },
        schema: {
          operationId: 'changeElder',
          tags: ['elder'],
          summary: 'Change what an elder’s file says; what is not said stays, null clears',
          params,
          body: ElderPatch,
          response: { 200: ElderFile },
        },
      },
      async (request) => {
        const { id } = request.params
        const { version, reason = '', ...change } = request.body
        const { converted } = await orCurrent(deps, currentOf(deps, request, id), () =>
          write(deps, request, (tx, now) =>
            changeElder(tx, deps.key, { id, version, change, reason }, byOf(request, now)),
          ),
        )
        return said(await fileOf(deps, request, id), converted)
      },
    )

    app.put(
      '/api/elders/:id/contacts',
      {
        config: { action: 'change-elder' },
        schema: {
          operationId: 'replaceContacts',
          tags: ['elder'],
          summary: 'The ladder of who is called, as a whole, first rung first',
          params,
          body: ContactsBody,
          response: { 200: ElderFile },
        },
      },
      async (request) => {
        const { id } = request.params
        const { reason = '', ...ladder } = request.body
        await orCurrent(deps, currentOf(deps, request, id), () =>
          write(deps, request, async (tx, now) => {
            await replaceContacts(tx, { id, ...ladder, reason }, byOf(request, now))
            return {}
          }),
        )
        return fileOf(deps, request, id)
      },
    )
  }
}

async function listOf(deps: Deps, request: FastifyRequest, query: Searched): Promise<Static<typeof ElderList>> {
  const { scope } = principalOf(request)
  const { search = '', area, state, cursor } = query
  const asked = { search, areaId: area, state, cursor, limit: limitOf(query), now: deps.now() }
  const { asOf, value } = await snapshot(deps.reads, (db) => readElders(scope, db, asked))
  return { ...value, asOf }
}

/** The file as whoever asks may see it. */
export function fileOf(deps: Deps, request: FastifyRequest, id: string): Promise<ElderFile> {
  return look(deps.reads, currentOf(deps, request, id).read)
}

/** How a change that came too late finds the file as it is now. */
export function currentOf(deps: Deps, request: FastifyRequest, id: string) {
  const { scope } = principalOf(request)
  const read = (db: Db) => readElder(scope, db, { id, key: deps.key, now: deps.now() })
  return { scope, subject: `elder:${id}`, read }
}

function said(file: ElderFile, converted: boolean): ElderFile {
  return converted ? { ...file, warnings: [...file.warnings, 'id-number-converted'] } : file
}
