import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Refusal } from '@anju/domain/error'
import { beginDial, failDial } from '@anju/prisma/call/dial'
import { look } from '@anju/prisma/reads'
import { transact } from '@anju/prisma/tx'
import type { Deps } from '../deps.ts'
import { sendWebhook } from '../notification/webhook.ts'
import { personOf } from '../principal.ts'
import { write } from '../write.ts'
import { DialBody, Dialled } from './schema.ts'
import { readWhom } from './whom.ts'

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
          summary: 'Let the exchange dial an elder, a contact, a device, or for an alarm a caregiver or 120, 110, 119',
          body: DialBody,
          response: { 200: Dialled },
        },
      },
      async (request) => {
        const { scope, user } = personOf(request)
        const { alarmId = null, ...asked } = request.body
        const target = deps.config.dial
        if (target === null) throw new Refusal('dial-off')
        const whom = await look(deps.reads, (db) => readWhom(scope, db, asked, alarmId))
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
