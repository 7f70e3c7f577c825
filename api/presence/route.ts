import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { type Static, Type } from 'typebox'
import type { Scope } from '@anju/domain/access/scope'
import { Refusal } from '@anju/domain/error'
import { approvePresence, attachPresence } from '@anju/prisma/presence/office'
import { recordPresence, type Recorded } from '@anju/prisma/presence/apply'
import { seePhone } from '@anju/prisma/presence/phone'
import { readTagUrl } from '@anju/prisma/presence/read-tag'
import { actorOf } from '@anju/prisma/visit/hold'
import { look, snapshot } from '@anju/prisma/reads'
import type { Tx } from '@anju/prisma/tx'
import type { Deps } from '../deps.ts'
import { limitOf, markOf } from '../page.ts'
import { principalOf } from '../principal.ts'
import { Uuid } from '../schema.ts'
import { write } from '../write.ts'
import { readVisit, readVisitPlace } from '../visit/read.ts'
import { VisitDetail } from '../visit/schema.ts'
import { readOwnPresence, readPresence, readPresencePlace, readPresences } from './read.ts'
import {
  ApproveBody,
  AttachBody,
  NewPresence,
  type Position,
  PresenceAnswer,
  PresenceList,
  PresenceQuery,
} from './schema.ts'

const params = Type.Object({ id: Uuid })
const instant = (text: string | undefined): Date | null => (text === undefined ? null : new Date(text))

/** What says that a caregiver came or left. A fact is kept whatever it is worth. */
export function presenceRoutes(deps: Deps): FastifyPluginAsyncTypebox {
  /** Whoever is signed in on the phone says it. */
  const record = async (
    tx: Tx,
    body: Static<typeof NewPresence>,
    { scope, userAgent, now }: { scope: Scope; userAgent: string; now: Date },
  ): Promise<Recorded> => {
    const { caregiverId } = await actorOf(tx, scope, now)
    const { phoneId, key, way, url = '', position, noPosition, note = '' } = body
    const phone = await seePhone(tx, { phoneId, userAgent }, now)
    const read = way === 'tag' ? await readTagUrl(tx, deps.key, url) : null
    return recordPresence(tx, {
      way,
      part: body.part ?? null,
      visitId: body.visitId ?? null,
      tappedAt: instant(body.deviceAt),
      sentAt: instant(body.sentAt),
      receivedAt: now,
      read,
      homeId: read?.tag?.homeId ?? null,
      caregiverId,
      userId: scope.userId,
      from: phoneId,
      phone: { id: phoneId, ...phone },
      position: position ? phonePosition(position) : (noPosition ?? 'position-not-given'),
      reason: body.reasonCode ?? null,
      note,
      message: url === '' ? null : Buffer.from(url),
      key,
      tap: null,
      now,
    })
  }

  return async (app) => {
    app.post(
      '/api/presences',
      {
        config: { action: 'do-visits' },
        schema: {
          operationId: 'recordPresence',
          tags: ['visit'],
          summary: 'Say that one came or left: a tag’s address, a position, or a word with its reason; once by its key',
          body: NewPresence,
          response: { 201: PresenceAnswer },
        },
      },
      async (request, reply) => {
        const { scope } = principalOf(request)
        const userAgent = request.headers['user-agent'] ?? ''
        const recorded = await write(deps, request, (tx, now) => record(tx, request.body, { scope, userAgent, now }))
        reply.code(201)
        const [presenceId] = recorded.presenceIds
        if (presenceId === undefined) throw new Refusal('internal-error')
        return look(deps.reads, async (db) => ({
          presence: await readOwnPresence(scope, db, presenceId),
          matched: recorded.visitIds.length > 0,
          held: recorded.held,
          visit: recorded.visitIds[0] === undefined ? null : await readVisit(scope, db, recorded.visitIds[0]),
        }))
      },
    )

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
        const { show = 'unmatched', cursor } = request.query
        const asked = { show, mark: markOf(cursor), limit: limitOf(request.query) }
        const { asOf, value } = await snapshot(deps.reads, (db) => readPresences(principalOf(request).scope, db, asked))
        return { ...value, asOf }
      },
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
        await look(deps.reads, (db) => readPresencePlace(scope, db, id))
        const { visitId } = await write(deps, request, (tx, now) =>
          approvePresence(tx, { id, note: request.body.note ?? '' }, scope, now),
        )
        return look(deps.reads, async (db) => ({
          presence: await readPresence(scope, db, id),
          matched: true,
          held: null,
          visit: await readVisit(scope, db, visitId),
        }))
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
  }
}

function phonePosition({ lon, lat, accuracyM = null, system }: Position) {
  return { lon, lat, accuracyM, system: system === 'unknown' ? null : system }
}
