import { signWebhook } from '@anju/api/notification/webhook'
import type { Answer, Api } from './api.fixture.ts'

export const CALL_SECRET = 'whsec_bm90IGEgc2VjcmV0LCBvbmx5IGZvciB0ZXN0cyE='

let messages = 0

/** An exchange: says what happens to its calls, signed. */
export function exchangeOf(api: Api) {
  const send = (
    body: object | string,
    {
      id = `msg_${++messages}`,
      at = api.deps.now(),
      secret = CALL_SECRET,
    }: { id?: string; at?: Date; secret?: string } = {},
  ): Promise<Answer> => {
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    const timestamp = Math.floor(at.getTime() / 1000)
    return api.client().post('/api/calls', text, {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(timestamp),
      'webhook-signature': signWebhook(secret, id, timestamp, text),
    })
  }
  const say = (call: string, event: string, at: Date, more: object = {}) =>
    send({ call, event, direction: 'in', at: at.toISOString(), ...more })
  return { send, say }
}
