import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { Refusal } from '@anju/domain/error'
import { documentTypes } from '@anju/domain/visit/document'
import { addCredential, withdrawCredential } from '@anju/prisma/credential/apply'
import { look, snapshot } from '@anju/prisma/reads'
import type { Deps } from '../deps.ts'
import { limitOf } from '../page.ts'
import { principalOf } from '../principal.ts'
import { OneOf, pageQuery, Uuid } from '../schema.ts'
import { write } from '../write.ts'
import { readCredentials, readDocument } from './read.ts'
import { BASE64_AT_MOST, CredentialFile, NewCredential, Withdrawal, Worklist, worklistShows } from './schema.ts'
import { readWorklist } from './worklist-read.ts'

const params = Type.Object({ id: Uuid })
/** The paper, and what stands around it in JSON. */
const BODY_LIMIT = BASE64_AT_MOST + 4096

/** What caregivers were found fit by (P1.1), with its paper; and what of it runs out. */
export function credentialRoutes(deps: Deps): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      '/api/credentials/worklist',
      {
        config: { action: 'read-caregivers' },
        schema: {
          operationId: 'listAmissCredentials',
          tags: ['provider'],
          summary: 'Credentials that run out within 30 days or are missing, of all who work now',
          querystring: Type.Object({
            ...pageQuery,
            show: Type.Optional(OneOf(worklistShows)),
            providerId: Type.Optional(Uuid),
          }),
          response: { 200: Worklist },
        },
      },
      async (request) => {
        const { scope } = principalOf(request)
        const { show = 'all', providerId, cursor } = request.query
        const asked = { show, providerId, cursor, limit: limitOf(request.query), now: deps.now() }
        const { asOf, value } = await snapshot(deps.reads, (db) => readWorklist(scope, db, asked))
        return { ...value, asOf }
      },
    )

    app.get(
      '/api/caregivers/:id/credentials',
      {
        config: { action: 'read-caregivers' },
        schema: {
          operationId: 'listCredentials',
          tags: ['provider'],
          summary: 'What a caregiver was found fit by, and how that stands today',
          params,
          response: { 200: CredentialFile },
        },
      },
      async (request) => {
        const { scope } = principalOf(request)
        return look(deps.reads, (db) => readCredentials(scope, db, request.params.id, deps.now()))
      },
    )

    app.post(
      '/api/caregivers/:id/credentials',
      {
        config: { action: 'manage-caregivers' },
        bodyLimit: BODY_LIMIT,
        schema: {
          operationId: 'addCredential',
          tags: ['provider'],
          summary: 'Keep what a caregiver was found fit by; its paper has 4 MB at most',
          params,
          body: NewCredential,
          response: { 201: CredentialFile },
        },
      },
      async (request, reply) => {
        const { scope } = principalOf(request)
        const caregiverId = request.params.id
        const { kind, title = '', number = '', issuedOn, expiresOn = null, data } = request.body
        const document = data === undefined ? null : Buffer.from(data, 'base64')
        if (document?.length === 0) throw new Refusal('document-unreadable')
        const credential = { caregiverId, kind, title, number, issuedOn, expiresOn, document }
        await write(deps, request, (tx, now) => addCredential(tx, credential, scope, now))
        reply.code(201)
        return look(deps.reads, (db) => readCredentials(scope, db, caregiverId, deps.now()))
      },
    )

    app.post(
      '/api/credentials/:id/withdraw',
      {
        config: { action: 'manage-caregivers' },
        schema: {
          operationId: 'withdrawCredential',
          tags: ['provider'],
          summary: 'Withdraw a credential, with why; it stays on file',
          params,
          body: Withdrawal,
          response: { 204: Type.Null() },
        },
      },
      async (request, reply) => {
        const { scope } = principalOf(request)
        const withdrawal = { id: request.params.id, reason: request.body.reason }
        await write(deps, request, async (tx, now) => {
          await withdrawCredential(tx, withdrawal, scope, now)
          return {}
        })
        return reply.code(204).send(null)
      },
    )

    app.get(
      '/api/credentials/:id/document',
      {
        config: { action: 'manage-caregivers' }, // a medical check is read by who answers for it
        schema: {
          operationId: 'getCredentialDocument',
          tags: ['provider'],
          summary: 'The paper of a credential, as it came',
          params,
          response: {
            200: {
              description: 'The paper',
              content: Object.fromEntries(
                documentTypes.map((type) => [type, { schema: Type.Unsafe<Buffer>(Type.String({ format: 'binary' })) }]),
              ),
            },
          },
        },
      },
      async (request, reply) => {
        const { scope } = principalOf(request)
        const { type, bytes } = await look(deps.reads, (db) => readDocument(scope, db, request.params.id))
        return (
          reply
            .header('content-type', type)
            // A PDF may hold script: it is saved and not opened under our origin.
            .header('content-disposition', type === 'application/pdf' ? 'attachment; filename="paper.pdf"' : 'inline')
            .send(Buffer.from(bytes))
        )
      },
    )
  }
}
