import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { Refusal } from '@anju/domain/error'
import { addPhoto, showPhoto } from '@anju/prisma/home/photo'
import { look } from '@anju/prisma/reads'
import type { Deps } from '../deps.ts'
import { byOf } from '../elder/by.ts'
import { openHome } from '../elder/opening.ts'
import { readHomePlace } from '../elder/read.ts'
import { principalOf } from '../principal.ts'
import { Uuid } from '../schema.ts'
import { write } from '../write.ts'
import { readPhotoBytes, readPhotos, readPhotosPlace } from './photo-read.ts'
import { BASE64_AT_MOST, HomePhotos, NewPhoto } from './photo-schema.ts'

const params = Type.Object({ id: Uuid })
const one = Type.Object({ id: Uuid, photoId: Uuid })
/** The picture, and what stands around it in JSON. */
const BODY_LIMIT = BASE64_AT_MOST + 4096
/** A picture never changes under its id; who may see it is asked once an hour. */
const KEPT_S = 3600

/** Pictures of a home's gate, so that a stranger knows it. */
export function homePhotoRoutes(deps: Deps): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      '/api/homes/:id/photos',
      {
        config: { action: 'read-people' },
        schema: {
          operationId: 'listHomePhotos',
          tags: ['home'],
          summary: 'Pictures of a home’s gate; outside one’s duty it asks a reason',
          params,
          response: { 200: HomePhotos },
        },
      },
      async (request) => {
        await openHome(deps, request, request.params.id)
        const { scope } = principalOf(request)
        const items = await look(deps.reads, async (db) => {
          await readPhotosPlace(scope, db, request.params.id)
          return readPhotos(scope, db, request.params.id)
        })
        return { items }
      },
    )

    app.get(
      '/api/homes/:id/photos/:photoId',
      {
        config: { action: 'read-people' },
        schema: {
          operationId: 'getHomePhoto',
          tags: ['home'],
          summary: 'One picture, as it is',
          params: one,
          response: {
            200: {
              description: 'The picture',
              content: Object.fromEntries(
                ['image/jpeg', 'image/png', 'image/webp'].map((type) => [
                  type,
                  { schema: Type.Unsafe<Buffer>(Type.String({ format: 'binary' })) },
                ]),
              ),
            },
          },
        },
      },
      async (request, reply) => {
        const { scope } = principalOf(request)
        const { id, photoId } = request.params
        const { type, bytes } = await look(deps.reads, (db) =>
          readPhotoBytes(scope, db, { homeId: id, photoId, now: deps.now() }),
        )
        return reply
          .header('content-type', type)
          .header('cache-control', `private, max-age=${KEPT_S}`)
          .header('content-disposition', 'inline')
          .send(Buffer.from(bytes))
      },
    )

    app.post(
      '/api/homes/:id/photos',
      {
        config: { action: 'change-elder' },
        bodyLimit: BODY_LIMIT,
        schema: {
          operationId: 'addHomePhoto',
          tags: ['home'],
          summary: 'Add a picture; 2 MB at most, so browsers make it small first',
          params,
          body: NewPhoto,
          response: { 201: HomePhotos },
        },
      },
      async (request, reply) => {
        const { scope } = principalOf(request)
        const { data, caption = '' } = request.body
        const homeId = request.params.id
        const bytes = Buffer.from(data, 'base64')
        if (bytes.length === 0) throw new Refusal('photo-unreadable')
        await look(deps.reads, (db) => readHomePlace(scope, db, homeId))
        await write(deps, request, async (tx, now) => ({
          id: await addPhoto(tx, { homeId, bytes, caption }, byOf(request, now)),
        }))
        reply.code(201)
        return { items: await look(deps.reads, (db) => readPhotos(scope, db, homeId)) }
      },
    )

    const show = (shown: boolean) => ({
      config: { action: 'change-elder' } as const,
      schema: {
        operationId: shown ? 'restoreHomePhoto' : 'removeHomePhoto',
        tags: ['home'],
        summary: shown ? 'Put a picture back that was taken off' : 'Take a picture off; it can be put back',
        params: one,
        response: { 200: HomePhotos },
      },
    })
    app.delete('/api/homes/:id/photos/:photoId', show(false), async (request) => {
      const { id: homeId, photoId } = request.params
      await write(deps, request, async (tx, now) => {
        await showPhoto(tx, { homeId, photoId, shown: false }, byOf(request, now))
        return {}
      })
      return { items: await look(deps.reads, (db) => readPhotos(principalOf(request).scope, db, homeId)) }
    })
    app.post('/api/homes/:id/photos/:photoId/restore', show(true), async (request) => {
      const { id: homeId, photoId } = request.params
      await write(deps, request, async (tx, now) => {
        await showPhoto(tx, { homeId, photoId, shown: true }, byOf(request, now))
        return {}
      })
      return { items: await look(deps.reads, (db) => readPhotos(principalOf(request).scope, db, homeId)) }
    })
  }
}
