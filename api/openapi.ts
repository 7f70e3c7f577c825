import swagger from '@fastify/swagger'
import type { FastifyInstance } from 'fastify'
import { refusals } from '@anju/domain/error'
import { Problem } from './schema.ts'

const problem = {
  description: `A problem (RFC 9457). Codes: ${Object.keys(refusals).join(', ')}`,
  content: { 'application/problem+json': { schema: Problem } },
}

/** Describes every route registered after it as OpenAPI 3.1, each with the problems it may answer. */
export async function describe(app: FastifyInstance): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Anju',
        version: '0.1.0',
        description:
          'Home safety and service verification. Lists answer {items, next, asOf}; every POST takes Idempotency-Key.',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      servers: [{ url: '/' }],
      components: {
        securitySchemes: {
          session: {
            type: 'apiKey',
            in: 'cookie',
            name: 'anju_session',
            description: 'Changes need an Origin of ours',
          },
          apiKey: { type: 'http', scheme: 'bearer' },
        },
      },
    },
    transform: ({ schema, url, route }) => {
      const open = route.config?.action === 'open'
      const posts = [route.method].flat().includes('POST') && !open
      const described = {
        ...schema,
        ...(open ? { security: [] } : { security: [{ session: [] }, { apiKey: [] }] }),
        ...(posts ? { headers: idempotencyHeader } : {}),
        response: { ...(typeof schema.response === 'object' ? schema.response : {}), default: problem },
      }
      return { schema: described, url }
    },
  })
  app.get('/api/openapi.json', {
    config: { action: 'open' },
    schema: {
      operationId: 'describe',
      tags: ['health'],
      summary: 'This description, OpenAPI 3.1',
      response: { 200: { description: 'OpenAPI 3.1', type: 'object', additionalProperties: true } },
    },
    handler: async () => app.swagger(),
  })
}

const idempotencyHeader = {
  type: 'object',
  properties: {
    'idempotency-key': {
      type: 'string',
      minLength: 1,
      maxLength: 255,
      description: 'The same key and request again gets the same answer and changes nothing',
    },
  },
}
