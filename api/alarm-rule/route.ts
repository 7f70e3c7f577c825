import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { changeRule } from '@anju/prisma/alarm-rule/apply'
import { look } from '@anju/prisma/reads'
import type { Deps } from '../deps.ts'
import { personOf, principalOf } from '../principal.ts'
import { Uuid } from '../schema.ts'
import { write } from '../write.ts'
import { readRules } from './read.ts'
import { RuleChange, RuleRow } from './schema.ts'

const Rules = Type.Object({ items: Type.Array(RuleRow) })

/** Priorities and clocks of the kinds of alarm, as data of an area. */
export function alarmRuleRoutes(deps: Deps): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      '/api/alarm-rules',
      {
        config: { action: 'read-alarms' },
        schema: {
          operationId: 'listAlarmRules',
          tags: ['alarm'],
          summary: 'What an area says of each kind of alarm, and what holds there',
          querystring: Type.Object({ areaId: Uuid }),
          response: { 200: Rules },
        },
      },
      async (request) => {
        const { scope } = principalOf(request)
        return { items: await look(deps.reads, (db) => readRules(scope, db, request.query.areaId)) }
      },
    )

    app.put(
      '/api/alarm-rules',
      {
        config: { action: 'manage-desk' },
        schema: {
          operationId: 'changeAlarmRule',
          tags: ['alarm'],
          summary: 'Say what holds for a kind of alarm; it holds from the next question asked',
          body: RuleChange,
          response: { 200: Rules },
        },
      },
      async (request) => {
        const { scope } = personOf(request)
        await write(deps, request, async (tx, now) => {
          await changeRule(tx, request.body, scope, now)
          return {}
        })
        return { items: await look(deps.reads, (db) => readRules(scope, db, request.body.areaId)) }
      },
    )
  }
}
