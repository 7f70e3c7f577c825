import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { renewAreaKey } from '@anju/prisma/tag/area-key'
import { checkTag } from '@anju/prisma/tag/check'
import { confirmTag, replaceTag } from '@anju/prisma/tag/replace'
import { writeTag } from '@anju/prisma/tag/sun'
import { look, snapshot } from '@anju/prisma/reads'
import { readArea } from '../area/read.ts'
import type { Deps } from '../deps.ts'
import { limitOf, markOf } from '../page.ts'
import { principalOf } from '../principal.ts'
import { siteOf } from '../origin.ts'
import { Uuid } from '../schema.ts'
import { write } from '../write.ts'
import { readAreaKeys, readTag, readTags } from './read.ts'
import {
  AreaKeyList,
  CheckBody,
  CheckedTag,
  ConfirmBody,
  ReplaceBody,
  Tag,
  TagList,
  TagQuery,
  TagWriting,
  WriteBody,
} from './schema.ts'

const params = Type.Object({ id: Uuid })

/** Tags with keys of their own: what to write into them, whether they answer, and what takes a torn-off one's place. */
export function proofTagRoutes(deps: Deps): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      '/api/tags',
      {
        config: { action: 'read-caregivers' },
        schema: {
          operationId: 'listTags',
          tags: ['visit'],
          summary: 'Tags at doors and badges on caregivers; without a state those that are not withdrawn',
          querystring: TagQuery,
          response: { 200: TagList },
        },
      },
      async (request) => {
        const { scope } = principalOf(request)
        const { areaId, kind, state, search = '', cursor } = request.query
        const { asOf, value } = await snapshot(deps.reads, async (db) => {
          const areaPath = areaId === undefined ? null : (await readArea(scope, db, areaId)).path
          const page = { mark: markOf(cursor), limit: limitOf(request.query) }
          return readTags(scope, db, { areaPath, kind, state, search: search.trim(), ...page })
        })
        return { ...value, asOf }
      },
    )

    app.get(
      '/api/tags/:id',
      {
        config: { action: 'read-caregivers' },
        schema: { operationId: 'getTag', tags: ['visit'], summary: 'One tag', params, response: { 200: Tag } },
      },
      async (request) => look(deps.reads, (db) => readTag(principalOf(request).scope, db, request.params.id)),
    )

    app.post(
      '/api/tags/:id/writing',
      {
        config: { action: 'manage-tags' },
        schema: {
          operationId: 'writeTag',
          tags: ['visit'],
          summary: 'Give a tag keys of its own and say what to write into it, once',
          params,
          body: WriteBody,
          response: { 200: TagWriting },
        },
      },
      async (request, reply) => {
        const { scope } = principalOf(request)
        const { kind = 'hidden' } = request.body
        const baseUrl = `${siteOf(deps.config, request)}/t`
        reply.header('cache-control', 'no-store')
        const { template, ...rest } = await write(deps, request, (tx, now) =>
          writeTag(tx, deps.key, { id: request.params.id, kind, baseUrl }, scope, now),
        )
        return { ...rest, template: { ...template, offsets: { ...template.offsets } } }
      },
    )

    app.post(
      '/api/tags/check',
      {
        config: { action: 'manage-tags' },
        schema: {
          operationId: 'checkTag',
          tags: ['visit'],
          summary: 'Try a tag that was just written by the address it opened; that address proves no visit any more',
          body: CheckBody,
          response: { 200: CheckedTag },
        },
      },
      async (request) => {
        const { scope } = principalOf(request)
        return write(deps, request, async (tx, now) => ({
          ...(await checkTag(tx, deps.key, request.body.url, scope, now)),
        }))
      },
    )

    app.post(
      '/api/tags/:id/replacement',
      {
        config: { action: 'change-elder' },
        schema: {
          operationId: 'replaceTag',
          tags: ['visit'],
          summary: 'Another tag takes the place of one torn off or broken; supported at most until it is confirmed',
          params,
          body: ReplaceBody,
          response: { 201: Tag },
        },
      },
      async (request, reply) => {
        const { scope } = principalOf(request)
        const { uid, label = '', why, note = '' } = request.body
        const { id } = await write(deps, request, (tx, now) =>
          replaceTag(tx, { id: request.params.id, uid, label, why, note }, scope, now),
        )
        reply.code(201)
        return look(deps.reads, (db) => readTag(scope, db, id))
      },
    )

    app.post(
      '/api/tags/:id/confirm',
      {
        config: { action: 'change-elder' },
        schema: {
          operationId: 'confirmTag',
          tags: ['visit'],
          summary: 'A second person confirms a replacement: not whoever registered it',
          params,
          body: ConfirmBody,
          response: { 200: Tag },
        },
      },
      async (request) => {
        const { scope } = principalOf(request)
        const { id } = request.params
        await write(deps, request, async (tx, now) => {
          await confirmTag(tx, { id, note: request.body.note ?? '' }, scope, now)
          return {}
        })
        return look(deps.reads, (db) => readTag(scope, db, id))
      },
    )

    app.get(
      '/api/area-keys',
      {
        config: { action: 'manage-tags' },
        schema: {
          operationId: 'listAreaKeys',
          tags: ['visit'],
          summary: 'From when to when which key is an area’s, and how many tags hang with it; never the key itself',
          response: { 200: AreaKeyList },
        },
      },
      async (request) => ({ items: await look(deps.reads, (db) => readAreaKeys(principalOf(request).scope, db)) }),
    )

    app.post(
      '/api/area-keys',
      {
        config: { action: 'manage-tags' },
        schema: {
          operationId: 'renewAreaKey',
          tags: ['visit'],
          summary: 'New tags of the area take a new key from now on; those that hang keep theirs',
          body: Type.Object({ areaId: Uuid }, { additionalProperties: false }),
          response: { 201: Type.Object({ id: Uuid, short: Type.String() }) },
        },
      },
      async (request, reply) => {
        const { scope } = principalOf(request)
        await look(deps.reads, (db) => readArea(scope, db, request.body.areaId))
        const { id, short } = await write(deps, request, async (tx, now) => {
          const made = await renewAreaKey(tx, deps.key, request.body.areaId, { userId: scope.userId, now })
          return { id: made.id, short: made.short }
        })
        reply.code(201)
        return { id, short }
      },
    )
  }
}
