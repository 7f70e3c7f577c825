import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { type Action, may } from '@anju/domain/access/role'
import { Refusal } from '@anju/domain/error'
import { snapshot } from '@anju/prisma/reads'
import type { Deps } from '../deps.ts'
import { openFile, openHome } from '../elder/opening.ts'
import { limitOf, markOf } from '../page.ts'
import { principalOf } from '../principal.ts'
import { readHistory } from './read.ts'
import { ChangeList, HistoryQuery } from './schema.ts'

/** What was changed in a file, by whom, when and why. */
export function historyRoutes(deps: Deps): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      '/api/history',
      {
        config: { action: 'own-session' }, // what the role must be allowed depends on the subject
        schema: {
          operationId: 'listHistory',
          tags: ['history'],
          summary: 'Changes of one file, newest first',
          querystring: HistoryQuery,
          response: { 200: ChangeList },
        },
      },
      async (request) => {
        const { scope } = principalOf(request)
        const { subject, cursor } = request.query
        if (!may(scope.role, actionOf(subject))) throw new Refusal('not-allowed')
        if (subject.startsWith('elder:')) await openFile(deps, request, idOf(subject))
        if (subject.startsWith('home:')) await openHome(deps, request, idOf(subject))
        const page = { subject, mark: markOf(cursor), limit: limitOf(request.query) }
        const { asOf, value } = await snapshot(deps.reads, (db) => readHistory(scope, db, page))
        return { ...value, asOf }
      },
    )
  }
}

function actionOf(subject: string): Action {
  if (subject.startsWith('device:')) return 'read-devices'
  if (subject.startsWith('call:')) return 'read-calls'
  if (/^(contract|caregiver):/.test(subject)) return 'read-caregivers'
  return /^(service|group-session):/.test(subject) ? 'read-visits' : 'read-people'
}

function idOf(subject: string): string {
  return subject.slice(subject.indexOf(':') + 1)
}
