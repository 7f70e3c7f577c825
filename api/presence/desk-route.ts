import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import type { Scope } from '@anju/domain/access/scope'
import { nameBadge, setAsidePresence, takeUpPresence } from '@anju/prisma/presence/aside'
import { approvePresence, attachPresence, refusePresence } from '@anju/prisma/presence/office'
import { look, snapshot } from '@anju/prisma/reads'
import type { Deps } from '../deps.ts'
import { limitOf, markOf } from '../page.ts'
import { principalOf } from '../principal.ts'
import { Uuid } from '../schema.ts'
import { write } from '../write.ts'
import { readVisit, readVisitPlace } from '../visit/read.ts'
import { VisitDetail } from '../visit/schema.ts'
import { readCandidates, readPresenceCounts, readPresenceRow, readPresences } from './desk-read.ts'
import { readPresence, readPresencePlace } from './read.ts'
import {
  ApproveBody,
  AttachBody,
  CandidateList,
  NameBadgeBody,
  PresenceAnswer,
  PresenceList,
  PresenceQuery,
  PresenceRow,
  RefuseBody,
  SetAsideBody,
  TakeUpBody,
} from './schema.ts'

const params = Type.Object({ id: Uuid })

/** What waits for somebody: taps without a visit, ends that were typed in, ends in question. */
export function presenceDeskRoutes(deps: Deps): FastifyPluginAsyncTypebox {
  const answered = (scope: Scope, id: string, visitId: string) =>
    look(deps.reads, async (db) => ({
      presence: await readPresence(scope, db, id),
      matched: true,
      held: null,
      visit: await readVisit(scope, db, visitId),
    }))
  const inScope = (scope: Scope, id: string): Promise<void> =>
    look(deps.reads, (db) => readPresencePlace(scope, db, id))
  return async (app) => {
    app.get(
      '/api/presences',
      {
        config: { action: 'read-visits' },
        schema: {
          operationId: 'listPresences',
          tags: ['visit'],
          summary: 'Taps that belong to no visit yet, ends that wait for a second person, ends in question',
          querystring: PresenceQuery,
          response: { 200: PresenceList },
        },
      },
      async (request) => {
        const { scope } = principalOf(request)
        const { show = 'unmatched', what, way, provider, area, caregiver, from, to, cursor } = request.query
        const times = { from: from === undefined ? from : new Date(from), to: to === undefined ? to : new Date(to) }
        const narrowed = { providerId: provider, areaId: area, caregiverId: caregiver, ...times }
        const asked = { show, what, way, mark: markOf(cursor), limit: limitOf(request.query) }
        const { asOf, value } = await snapshot(deps.reads, async (db) => ({
          ...(await readPresences(scope, db, asked, narrowed)),
          counts: await readPresenceCounts(scope, db, narrowed),
        }))
        return { ...value, asOf }
      },
    )

    app.get(
      '/api/presences/:id/candidates',
      {
        config: { action: 'plan-visits' },
        schema: {
          operationId: 'listPresenceCandidates',
          tags: ['visit'],
          summary: 'The visits a tap may be about, the likeliest first; a person decides',
          params,
          response: { 200: CandidateList },
        },
      },
      async (request) => ({
        items: await look(deps.reads, (db) => readCandidates(principalOf(request).scope, db, request.params.id)),
      }),
    )

    app.post(
      '/api/presences/:id/approve',
      {
        config: { action: 'plan-visits' },
        schema: {
          operationId: 'approvePresence',
          tags: ['visit'],
          summary: 'A second person approves an end that was typed in',
          params,
          body: ApproveBody,
          response: { 200: PresenceAnswer },
        },
      },
      async (request) => {
        const { scope } = principalOf(request)
        const { id } = request.params
        await inScope(scope, id)
        const { visitId } = await write(deps, request, (tx, now) =>
          approvePresence(tx, { id, note: request.body.note ?? '' }, scope, now),
        )
        return answered(scope, id, visitId)
      },
    )

    app.post(
      '/api/presences/:id/refuse',
      {
        config: { action: 'plan-visits' },
        schema: {
          operationId: 'refusePresence',
          tags: ['visit'],
          summary: 'A second person refuses an end that was typed in, and says why; it counts for nothing',
          params,
          body: RefuseBody,
          response: { 200: PresenceAnswer },
        },
      },
      async (request) => {
        const { scope } = principalOf(request)
        const { id } = request.params
        await inScope(scope, id)
        const { visitId } = await write(deps, request, (tx, now) =>
          refusePresence(tx, { id, reason: request.body.reason }, scope, now),
        )
        return answered(scope, id, visitId)
      },
    )

    app.post(
      '/api/presences/:id/attach',
      {
        config: { action: 'plan-visits' },
        schema: {
          operationId: 'attachPresence',
          tags: ['visit'],
          summary: 'Give a tap that belongs to nobody’s visit to one, with a reason; it is graded anew',
          params,
          body: AttachBody,
          response: { 200: VisitDetail },
        },
      },
      async (request) => {
        const { scope } = principalOf(request)
        const { visitId, part, reason } = request.body
        const { id } = request.params
        await look(deps.reads, async (db) => {
          await readPresencePlace(scope, db, id)
          await readVisitPlace(scope, db, visitId)
        })
        await write(deps, request, async (tx, now) => {
          await attachPresence(tx, { id, visitId, part, reason }, scope, now)
          return {}
        })
        return look(deps.reads, (db) => readVisit(scope, db, visitId))
      },
    )

    app.post(
      '/api/presences/:id/set-aside',
      {
        config: { action: 'read-visits' },
        schema: {
          operationId: 'setAsidePresence',
          tags: ['visit'],
          summary: 'Put a tap aside that is about no visit, with why; it is kept, and can be given to one still',
          params,
          body: SetAsideBody,
          response: { 200: PresenceRow },
        },
      },
      async (request) => {
        const { scope } = principalOf(request)
        const { id } = request.params
        const { why, note = '' } = request.body
        await inScope(scope, id)
        await write(deps, request, async (tx, now) => {
          await setAsidePresence(tx, { id, why, note }, scope, now)
          return {}
        })
        return look(deps.reads, (db) => readPresenceRow(scope, db, id))
      },
    )

    app.post(
      '/api/presences/:id/take-up',
      {
        config: { action: 'read-visits' },
        schema: {
          operationId: 'takeUpPresence',
          tags: ['visit'],
          summary: 'Take a tap up again that was put aside; that it was aside stays in its history',
          params,
          body: TakeUpBody,
          response: { 200: PresenceRow },
        },
      },
      async (request) => {
        const { scope } = principalOf(request)
        const { id } = request.params
        const { note = '' } = request.body
        await inScope(scope, id)
        await write(deps, request, async (tx, now) => {
          await takeUpPresence(tx, { id, note }, scope, now)
          return {}
        })
        return look(deps.reads, (db) => readPresenceRow(scope, db, id))
      },
    )

    app.post(
      '/api/presences/:id/badge',
      {
        config: { action: 'manage-caregivers' },
        schema: {
          operationId: 'nameBadge',
          tags: ['visit'],
          summary: 'Say whose badge it was that nobody knew; the taps of it that wait are that caregiver’s too',
          params,
          body: NameBadgeBody,
          response: { 200: PresenceRow },
        },
      },
      async (request) => {
        const { scope } = principalOf(request)
        const { id } = request.params
        await inScope(scope, id)
        await write(deps, request, async (tx, now) => {
          await nameBadge(tx, { id, ...request.body }, scope, now)
          return {}
        })
        return look(deps.reads, (db) => readPresenceRow(scope, db, id))
      },
    )
  }
}
