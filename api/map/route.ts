import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { Refusal } from '@anju/domain/error'
import { snapshot } from '@anju/prisma/reads'
import type { Deps } from '../deps.ts'
import { principalOf } from '../principal.ts'
import { Ground } from './ground.ts'
import type { Wanted } from './home.ts'
import { readMap } from './read.ts'
import { MapGround, MapQuery, MapView } from './schema.ts'

/** Homes and open alarms where they are, and the ground they are drawn on. */
export function mapRoutes(deps: Deps): FastifyPluginAsyncTypebox {
  const ground = new Ground(deps)

  return async (app) => {
    app.get(
      '/api/map',
      {
        config: { action: 'read-people' },
        schema: {
          operationId: 'getMap',
          tags: ['map'],
          summary: 'Homes in view with who lives there, and open alarms; communities alone where homes are too many',
          querystring: MapQuery,
          response: { 200: MapView },
        },
      },
      async (request) => {
        const wanted = wantedOf(request.query)
        const { asOf, value } = await snapshot(deps.reads, (db) =>
          readMap(principalOf(request).scope, db, { wanted, now: deps.now() }),
        )
        return { ...value, asOf } satisfies MapView
      },
    )

    app.get(
      '/api/map/ground',
      {
        config: { action: 'read-people' },
        schema: {
          operationId: 'getMapGround',
          tags: ['map'],
          summary: 'Whose vector data there is, and the source of tiles this installation names',
          response: { 200: MapGround },
        },
      },
      async () => ({ data: ground.kind, tiles: deps.config.map.tiles }) satisfies MapGround,
    )

    app.get(
      '/api/map/data',
      {
        config: { action: 'read-people' },
        schema: {
          operationId: 'getMapData',
          tags: ['map'],
          summary: 'The county’s own vector data, GeoJSON in WGS-84 (docs/map.md)',
          response: {
            200: {
              description: 'A FeatureCollection',
              content: { 'application/geo+json': { schema: Type.Object({}, { additionalProperties: true }) } },
            },
            304: Type.Null({ description: 'As it was at the ETag that was sent' }),
          },
        },
      },
      async (request, reply) => {
        const { etag, plain, gzipped } = await ground.data()
        // Asked for again at each opening, sent again only when it has changed.
        reply.header('etag', etag).header('cache-control', 'private, no-cache').header('vary', 'accept-encoding')
        if (request.headers['if-none-match']?.includes(etag) === true) return reply.code(304).send(null)
        reply.type('application/geo+json')
        if (!/\bgzip\b/.test(request.headers['accept-encoding'] ?? '')) return reply.send(plain)
        return reply.header('content-encoding', 'gzip').send(gzipped)
      },
    )
  }
}

function wantedOf(query: { bbox?: string; home?: string; elder?: string }): Wanted {
  if (query.home !== undefined) return { kind: 'home', id: query.home }
  if (query.elder !== undefined) return { kind: 'elder', id: query.elder }
  if (query.bbox === undefined) return { kind: 'all' }
  const [west = NaN, south = NaN, east = NaN, north = NaN] = query.bbox.split(',').map(Number)
  if (!(west <= east && south <= north)) throw new Refusal('invalid-request', 'bbox is west,south,east,north.')
  return { kind: 'box', west, south, east, north }
}
