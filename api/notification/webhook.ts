import { createHmac } from 'node:crypto'
import { excerpt } from '@anju/domain/channel/answer'
import { type Answered, attempt, firstOf } from './attempt.ts'

export interface WebhookTarget {
  url: string
  secret: string
}

/**
 * Posts one notification, signed as Standard Webhooks 1.0.0 has it: HMAC-SHA256 over `id.timestamp.body`. The id is
 * the idempotency key: the same notification may arrive more than once. Never throws.
 */
export function sendWebhook(
  target: WebhookTarget,
  id: string,
  payload: Record<string, unknown>,
  now: Date,
  withinMs?: number,
): Promise<Answered> {
  const body = JSON.stringify(payload)
  const timestamp = Math.floor(now.getTime() / 1000)
  return attempt(async (signal) => {
    const response = await fetch(target.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'webhook-id': id,
        'webhook-timestamp': String(timestamp),
        'webhook-signature': signWebhook(target.secret, id, timestamp, body),
      },
      body,
      redirect: 'error',
      signal,
    })
    const said = excerpt(new TextDecoder().decode(await firstOf(response)))
    return { status: response.status, error: response.ok ? null : `answered ${response.status}`, said }
  }, withinMs)
}

/** A secret that begins with `whsec_` is base64, as Standard Webhooks writes them; any other is taken as it stands. */
export function signWebhook(secret: string, id: string, timestampS: number, body: string): string {
  const key = secret.startsWith('whsec_') ? Buffer.from(secret.slice(6), 'base64') : Buffer.from(secret)
  return `v1,${createHmac('sha256', key).update(`${id}.${timestampS}.${body}`).digest('base64')}`
}
