import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import type { Scope } from '@anju/domain/access/scope'
import { addVisitFile, noteReading, serveVisit } from '@anju/prisma/visit/serve'
import { look } from '@anju/prisma/reads'
import type { Tx } from '@anju/prisma/tx'
import type { Deps } from '../deps.ts'
import { principalOf } from '../principal.ts'
import { Uuid } from '../schema.ts'
import { write } from '../write.ts'
import { readVisitFile } from './file-read.ts'
import { readVisit, readVisitPlace } from './read.ts'
import { BASE64_AT_MOST, NewVisitFile, ReadingBody, ServicesBody } from './serve-schema.ts'
import { VisitDetail } from './schema.ts'

const params = Type.Object({ id: Uuid })
const fileParams = Type.Object({ id: Uuid, fileId: Uuid })
const instant = (text: string | undefined): Date | null => (text === undefined ? null : new Date(text))
/** The picture, and what stands around it in JSON. */
const BODY_LIMIT = BASE64_AT_MOST + 8192
const KEPT_S = 3600

/** What is done inside: services, readings, photos and signatures. */
export function visitServeRoutes(deps: Deps): FastifyPluginAsyncTypebox {
  const act = async <T>(request: FastifyRequest, id: string, work: (tx: Tx, scope: Scope, now: Date) => Promise<T>) => {
    const { scope } = principalOf(request)
    await look(deps.reads, (db) => readVisitPlace(scope, db, id))
    return write(deps, request, (tx, now) => work(tx, scope, now))
  }
  const detail = (request: FastifyRequest, id: string) =>
    look(deps.reads, (db) => readVisit(principalOf(request).scope, db, id))
  const userAgentOf = (request: FastifyRequest): string => request.headers['user-agent'] ?? ''
  const own = { action: 'do-visits' } as const
  const schema = (operationId: string, summary: string) => ({ operationId, tags: ['visit'], summary, params })

  return async (app) => {
    app.post(
      '/api/visits/:id/services',
      {
        config: own,
        schema: {
          ...schema('serveVisit', 'Tick services off, with what was said of their conditions'),
          body: ServicesBody,
          response: { 200: VisitDetail },
        },
      },
      async (request) => {
        const { id } = request.params
        const services = request.body.services.map(({ conditions = {}, ...rest }) => ({ ...rest, conditions }))
        await act(request, id, async (tx, scope, now) => {
          await serveVisit(tx, { id, services, deviceAt: instant(request.body.deviceAt) }, scope, now)
          return {}
        })
        return detail(request, id)
      },
    )

    app.post(
      '/api/visits/:id/readings',
      {
        config: own,
        schema: {
          ...schema('noteVisitReading', 'A reading that was taken and typed in'),
          body: ReadingBody,
          response: { 200: VisitDetail },
        },
      },
      async (request) => {
        const { id } = request.params
        const { phoneId, key, deviceAt, reading } = request.body
        const from = { phoneId, key, userAgent: userAgentOf(request) }
        await act(request, id, async (tx, scope, now) => {
          await noteReading(tx, { id, reading, deviceAt: instant(deviceAt), from }, scope, now)
          return {}
        })
        return detail(request, id)
      },
    )

    app.post(
      '/api/visits/:id/files',
      {
        config: own,
        bodyLimit: BODY_LIMIT,
        schema: {
          ...schema('addVisitFile', 'Keep a photo or a signature; sent twice it is one'),
          body: NewVisitFile,
          response: { 201: Type.Object({ id: Uuid }) },
        },
      },
      async (request, reply) => {
        const { id } = request.params
        const { phoneId, key, kind, data, takenAt, position, serviceId = null, caption = '', look: hash } = request.body
        const file = {
          id,
          kind,
          bytes: Buffer.from(data, 'base64'),
          takenAt: instant(takenAt),
          position: position === undefined ? null : { ...position },
          serviceId,
          caption,
          look: hash === undefined ? null : Buffer.from(hash, 'hex'),
          from: { phoneId, key, userAgent: userAgentOf(request) },
        }
        reply.code(201)
        return act(request, id, (tx, scope, now) => addVisitFile(tx, file, scope, now))
      },
    )

    app.get(
      '/api/visits/:id/files/:fileId',
      {
        config: { action: 'read-visits' },
        schema: {
          ...schema('getVisitFile', 'One photo or signature, as it is'),
          params: fileParams,
          response: {
            200: {
              description: 'The file',
              content: Object.fromEntries(
                ['image/jpeg', 'image/png', 'image/webp', 'application/pdf'].map((type) => [
                  type,
                  { schema: Type.Unsafe<Buffer>(Type.String({ format: 'binary' })) },
                ]),
              ),
            },
          },
        },
      },
      async (request, reply) => {
        const { id, fileId } = request.params
        const { type, bytes } = await look(deps.reads, (db) =>
          readVisitFile(principalOf(request).scope, db, { visitId: id, fileId }),
        )
        return reply
          .header('content-type', type)
          .header('cache-control', `private, max-age=${KEPT_S}`)
          .header('content-disposition', 'inline')
          .send(Buffer.from(bytes))
      },
    )
  }
}
