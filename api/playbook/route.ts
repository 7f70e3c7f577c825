import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { changePlaybook } from '@anju/prisma/playbook/apply'
import { look } from '@anju/prisma/reads'
import type { Deps } from '../deps.ts'
import { personOf, principalOf } from '../principal.ts'
import { Uuid } from '../schema.ts'
import { write } from '../write.ts'
import { readPlaybooks } from './read.ts'
import { PlaybookChange, PlaybookRow } from './schema.ts'

const Playbooks = Type.Object({ items: Type.Array(PlaybookRow) })

/** What to do about each kind of alarm, step by step, as an area wants it done. */
export function playbookRoutes(deps: Deps): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      '/api/playbooks',
      {
        config: { action: 'read-alarms' },
        schema: {
          operationId: 'listPlaybooks',
          tags: ['playbook'],
          summary: 'The playbook that holds in an area for each kind of alarm',
          querystring: Type.Object({ areaId: Uuid }),
          response: { 200: Playbooks },
        },
      },
      async (request) => {
        const { scope } = principalOf(request)
        return { items: await look(deps.reads, (db) => readPlaybooks(scope, db, request.query.areaId)) }
      },
    )

    app.put(
      '/api/playbooks',
      {
        config: { action: 'manage-desk' },
        schema: {
          operationId: 'changePlaybook',
          tags: ['playbook'],
          summary: 'Put a playbook in force; alarms already taken keep theirs',
          body: PlaybookChange,
          response: { 200: Playbooks },
        },
      },
      async (request) => {
        const { scope } = personOf(request)
        await write(deps, request, async (tx, now) => {
          await changePlaybook(tx, request.body, scope, now)
          return {}
        })
        return { items: await look(deps.reads, (db) => readPlaybooks(scope, db, request.body.areaId)) }
      },
    )
  }
}
