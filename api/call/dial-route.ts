import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Scope } from '@anju/domain/access/scope'
import { readNumber } from '@anju/domain/call/number'
import { Refusal } from '@anju/domain/error'
import { beginDial, failDial } from '@anju/prisma/call/dial'
import { type Db, look } from '@anju/prisma/reads'
import { transact } from '@anju/prisma/tx'
import { readAlarmPlace } from '../alarm/read.ts'
import type { Deps } from '../deps.ts'
import { withCallable } from '../elder/callable.ts'
import { sendWebhook } from '../notification/webhook.ts'
import { personOf } from '../principal.ts'
import { write } from '../write.ts'
import { DialBody, Dialled } from './schema.ts'

/** Asks an exchange to dial. The browser says whom; the number is looked up here, and never that of the dead. */
export function dialRoutes(deps: Deps): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.post(
      '/api/calls/dial',
      {
        config: { action: 'answer-calls' },
        schema: {
          operationId: 'dial',
          tags: ['call'],
          summary: 'Let the exchange dial an elder or one of her contacts; the outcome comes back as a call',
          body: DialBody,
          response: { 200: Dialled },
        },
      },
      async (request) => {
        const { scope, user } = personOf(request)
        const { elderId, contactId, alarmId = null } = request.body
        const target = deps.config.dial
        if (target === null) throw new Refusal('dial-off')
        if ((elderId === undefined) === (contactId === undefined)) {
          throw new Refusal('invalid-request', 'Say either elderId or contactId.')
        }
        const whom = await look(deps.reads, async (db) => {
          if (alarmId !== null) await readAlarmPlace(scope, db, alarmId)
          return elderId === undefined ? contactOf(scope, db, contactId ?? '') : elderOf(scope, db, elderId)
        })
        const { id } = await write(deps, request, (tx, now) =>
          beginDial(tx, deps.key, { ...whom, alarmId, userId: user.id, now }),
        )
        // The call's id is the message's: an exchange that hears it twice dials once.
        const payload = { call: id, number: whom.number, username: user.username, at: deps.now().toISOString() }
        const { error } = await sendWebhook(target, id, payload, deps.now())
        if (error !== null) {
          request.log.warn({ call: id, error }, 'the exchange did not take a call')
          await transact(deps.pool, (tx) => failDial(tx, { id, areaPath: whom.areaPath }, deps.now()))
          throw new Refusal('dial-failed')
        }
        return { callId: id }
      },
    )
  }
}

interface Whom {
  number: string
  elderId: string
  areaId: string
  areaPath: string
}

async function elderOf(scope: Scope, db: Db, id: string): Promise<Whom> {
  const row = await db.elder.findFirst({
    where: { id, home: { area: { path: { startsWith: scope.areaPath } } } },
    include: { home: { include: { area: true } } },
  })
  if (!row) throw new Refusal('not-found')
  return whom(row.diedOn === null ? row.phone : '', row.id, row.home.area)
}

async function contactOf(scope: Scope, db: Db, id: string): Promise<Whom> {
  const row = await db.contact.findFirst({
    where: { id, elder: { home: { area: { path: { startsWith: scope.areaPath } } } } },
    include: { elder: { include: { home: { include: { area: true } } } } },
  })
  if (!row) throw new Refusal('not-found')
  const [contact] = await withCallable(db, [row])
  return whom(contact?.callable === true ? row.phone : '', row.elderId, row.elder.home.area)
}

/** Refuses `not-callable`. */
function whom(phone: string, elderId: string, area: { id: string; path: string }): Whom {
  const number = readNumber(phone)
  if (number === null) throw new Refusal('not-callable')
  return { number, elderId, areaId: area.id, areaPath: area.path }
}
