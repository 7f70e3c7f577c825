import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { Refusal } from '@anju/domain/error'
import { MIGRATIONS_FOLDER, readMigrations } from '@anju/prisma/migrate/history'
import type { Deps } from './deps.ts'

const Ok = Type.Object({ status: Type.Literal('ok') })

/** Whether this process lives, whether it can work, and what it counted. */
export function healthRoutes(deps: Deps): FastifyPluginAsyncTypebox {
  return async (app) => {
    const needed = (await readMigrations(MIGRATIONS_FOLDER)).map(({ name }) => name)

    app.get(
      '/healthz',
      {
        config: { action: 'open' },
        schema: { operationId: 'alive', tags: ['health'], summary: 'The process lives', response: { 200: Ok } },
      },
      async () => ({ status: 'ok' as const }),
    )

    app.get(
      '/readyz',
      {
        config: { action: 'open' },
        schema: {
          operationId: 'ready',
          tags: ['health'],
          summary: 'The database is reachable and migrated',
          response: { 200: Ok },
        },
      },
      async () => {
        const done = await deps.pool
          .query<{ name: string }>(
            'select migration_name as name from _prisma_migrations where finished_at is not null and rolled_back_at is null',
          )
          .catch(() => {
            throw new Refusal('database-away', 'The database cannot be reached.')
          })
        const applied = new Set(done.rows.map(({ name }) => name))
        const missing = needed.filter((name) => !applied.has(name))
        if (missing.length > 0) throw new Refusal('database-away', 'The database is not migrated.', { missing })
        return { status: 'ok' as const }
      },
    )

    app.get(
      '/metrics',
      {
        config: { action: 'open' },
        schema: {
          operationId: 'metrics',
          tags: ['health'],
          summary: 'Prometheus text',
          response: { 200: { description: 'Metrics', content: { 'text/plain': { schema: Type.String() } } } },
        },
      },
      async (_request, reply) => {
        const head = await deps.pool.query<{ position: number }>('select position from log_head').catch(() => undefined)
        deps.metrics.set(
          'anju_api_log_lag',
          'Events in the log not yet handed to streams',
          lag(head?.rows[0]?.position),
        )
        return reply.header('content-type', 'text/plain; version=0.0.4').send(deps.metrics.text())
      },
    )
  }

  function lag(head: number | undefined): number | undefined {
    const handed = deps.live.position
    return head === undefined || handed === undefined ? undefined : Math.max(0, head - handed)
  }
}
