import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { headPosition } from '@anju/prisma/log/tail'
import { snapshot } from '@anju/prisma/reads'
import type { Deps } from '../deps.ts'
import { requireOpened } from '../elder/opening.ts'
import { readElderPlace } from '../elder/read.ts'
import { securityHeaders } from '../headers.ts'
import { principalOf } from '../principal.ts'
import { faultOf } from '../problem.ts'
import { unloggedFrame } from './frame.ts'
import { Stream } from './stream.ts'
import { parseTopics } from './topics.ts'

/** How soon a browser tries again after its stream broke. */
const RETRY_MS = 1_000

/** Live events (SSE): what happens from a position on, for as long as the session stands. */
export function liveRoutes(deps: Deps): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      '/api/events',
      {
        config: { action: 'own-session' },
        schema: {
          operationId: 'streamEvents',
          tags: ['live'],
          summary: 'Live events as text/event-stream',
          description:
            'Resume with `Last-Event-ID` or `after`. Unlogged events have no id: `heartbeat` every 3 s, `reset` ' +
            '(reload your lists), `reading.latest`, `press.unstored`.',
          querystring: Type.Object({
            after: Type.Optional(Type.Integer({ minimum: 0 })),
            topics: Type.Optional(
              Type.String({ maxLength: 4000, description: 'alarm, device, command, elder, elder:<id>; by comma' }),
            ),
          }),
          response: { 200: { description: 'Events', content: { 'text/event-stream': { schema: Type.String() } } } },
        },
      },
      async (request, reply) => {
        const principal = principalOf(request)
        const { scope } = principal
        const wanted = parseTopics(request.query.topics, scope.role)
        const head = await headPosition(deps.pool)
        if (wanted.elderIds.length > 0) {
          await snapshot(deps.reads, async (db) => {
            await Promise.all(wanted.elderIds.map((elderId) => readElderPlace(scope, db, elderId)))
            await requireOpened(scope, db, wanted.elderIds, deps.now())
          })
        }
        const lastId = request.headers['last-event-id']
        const resumed = typeof lastId === 'string' && /^\d{1,15}$/.test(lastId) ? Number(lastId) : request.query.after
        const owner = principal.kind === 'session' ? `session:${principal.session.id}` : `key:${principal.keyId}`

        reply.hijack()
        const response = reply.raw
        response.writeHead(200, {
          ...securityHeaders(deps.config.map.tiles),
          'content-type': 'text/event-stream; charset=utf-8',
          'cache-control': 'no-store',
          'x-accel-buffering': 'no', // a proxy must not collect events before it hands them on
        })
        response.socket?.setNoDelay(true)
        response.socket?.setKeepAlive(true, 10_000)
        const stream = new Stream({ scope, wanted, owner }, response, resumed ?? head, () => {
          deps.metrics.count('anju_api_streams_dropped_total')
        })
        response.on('close', () => deps.live.leave(stream))
        response.on('error', () => deps.live.leave(stream))
        stream.write(`retry: ${RETRY_MS}\n\n`)
        try {
          await deps.live.join(stream)
          deps.unstored.greet(stream, deps.now())
          stream.write(unloggedFrame('heartbeat', { at: deps.now().toISOString(), position: stream.position }))
        } catch (error) {
          request.log.warn({ fault: faultOf(error) }, 'stream could not begin')
          stream.end()
        }
        return reply
      },
    )
  }
}
