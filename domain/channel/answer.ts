import type { SmsSettings } from './settings.ts'

/**
 * Whether a gateway's answer means that it took the message; null: it does, otherwise why not. Many gateways answer
 * 200 to everything and say the truth in the body.
 */
export function refusedBy(success: SmsSettings['success'], status: number, body: string): string | null {
  if (status < 200 || status > 299) return `answered ${status}`
  if (success.contains !== '' && !body.includes(success.contains)) {
    return `the answer does not hold "${success.contains}"`
  }
  if (success.path === '') return null
  const found = valueAt(body, success.path)
  if (found === undefined) return `the answer has no ${success.path}`
  return found === success.equals ? null : `${success.path} is "${excerpt(found, 50)}", not "${success.equals}"`
}

/** What stands at 'data.0.code' of a JSON text, as text; undefined where nothing does. */
function valueAt(json: string, path: string): string | undefined {
  let at: unknown
  try {
    at = JSON.parse(json)
  } catch {
    return undefined
  }
  for (const name of path.split('.')) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, name)) return undefined
    at = new Map(Object.entries(at)).get(name)
  }
  return typeof at === 'string' ? at : JSON.stringify(at)
}

/** The first of an answer for people's eyes; runs of digits that may be a telephone number are hidden. */
export function excerpt(body: string, most = 200): string {
  // A server may say anything, and PostgreSQL stores no NUL.
  const line = body.replaceAll(/[\s\p{Cc}]+/gu, ' ').trim()
  const hidden = line.replaceAll(/\d{7,}/g, (digits) => `…${digits.slice(-2)}`)
  return hidden.length > most ? `${hidden.slice(0, most - 1)}…` : hidden
}
