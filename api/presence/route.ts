import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Static } from 'typebox'
import type { Scope } from '@anju/domain/access/scope'
import { Refusal } from '@anju/domain/error'
import { recordPresence, type Recorded } from '@anju/prisma/presence/apply'
import { seePhone } from '@anju/prisma/presence/phone'
import { readTagUrl } from '@anju/prisma/presence/read-tag'
import { actorOf } from '@anju/prisma/visit/hold'
import { look } from '@anju/prisma/reads'
import type { Tx } from '@anju/prisma/tx'
import type { Deps } from '../deps.ts'
import { principalOf } from '../principal.ts'
import { write } from '../write.ts'
import { readVisit } from '../visit/read.ts'
import { readOwnPresence } from './read.ts'
import { NewPresence, type Position, PresenceAnswer } from './schema.ts'

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
  }
}

function phonePosition({ lon, lat, accuracyM = null, system }: Position) {
  return { lon, lat, accuracyM, system: system === 'unknown' ? null : system }
}
