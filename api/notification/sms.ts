import { excerpt, refusedBy } from '@anju/domain/channel/answer'
import type { SmsSettings } from '@anju/domain/channel/settings'
import { fill, type Filling, insideJson } from '@anju/domain/channel/template'
import { type Answered, attempt, firstOf } from './attempt.ts'
import { gbk } from './gbk.ts'

/** Hands one short message to the gateway, as the template says. Never throws. */
export function sendSms(settings: SmsSettings, message: Omit<Filling, 'secret'>, withinMs?: number): Promise<Answered> {
  return attempt(async (signal) => {
    const { url, ...request } = requestOf(settings, { ...message, secret: settings.secret })
    const response = await fetch(url, { ...request, redirect: 'error', signal })
    const text = new TextDecoder(settings.gbk ? 'gbk' : 'utf-8').decode(await firstOf(response))
    const said = excerpt(text)
    const refused = refusedBy(settings.success, response.status, text)
    const error = refused === null || said === '' ? refused : `${refused}: ${said}`
    return { status: response.status, error: error?.slice(0, 300) ?? null, said }
  }, withinMs)
}

/** The request as it goes out: in the address and in a form percent-encoded, in JSON between its quotes. */
export function requestOf(settings: SmsSettings, filling: Filling) {
  const bytes = (text: string): Uint8Array => (settings.gbk ? gbk(text) : Buffer.from(text))
  const percent = (text: string): string => percentEncoded(bytes(text))
  const charset = settings.gbk ? 'gbk' : 'utf-8'
  const type = settings.encoding === 'form' ? 'application/x-www-form-urlencoded' : 'application/json'
  const headers = new Headers({ accept: '*/*' })
  if (settings.method === 'POST') headers.set('content-type', `${type}; charset=${charset}`)
  for (const { name, value } of settings.headers)
    headers.set(
      name,
      fill(value, filling, (text) => text),
    )
  const url = fill(settings.url, filling, percent)
  if (settings.method === 'GET') return { url, method: 'GET', headers }
  const body =
    settings.encoding === 'form'
      ? Buffer.from(percentEncodedForm(fill(settings.body, filling, percent), bytes))
      : bytes(fill(settings.body, filling, insideJson))
  return { url, method: 'POST', headers, body: new Uint8Array(body) }
}

/** Lines or '&' between the pairs, as they were typed; words outside ASCII that stand in the template itself too. */
function percentEncodedForm(filled: string, bytes: (text: string) => Uint8Array): string {
  const pairs = filled.split(/\r?\n|&/).filter((pair) => pair.trim() !== '')
  return pairs.map((pair) => pair.trim().replaceAll(/[^\x21-\x7e]+/g, (text) => percentEncoded(bytes(text)))).join('&')
}

const UNRESERVED = /[A-Za-z0-9\-._~]/

function percentEncoded(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => {
    const character = String.fromCharCode(byte)
    return UNRESERVED.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
  }).join('')
}
