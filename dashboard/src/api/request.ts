import type { Problem } from './shapes.ts'

/** How long a request may take before the person is told the platform did not answer. */
const ANSWER_WITHIN_MS = 10_000

/** A refusal the API gave (RFC 9457), or `unreachable` when no answer came at all. */
export class RequestFailed extends Error {
  readonly problem: Problem
  constructor(problem: Problem) {
    super(problem.code)
    this.name = 'RequestFailed'
    this.problem = problem
  }
}

/** Called when the platform says the session is over; the session sets it once. */
export const onSignedOut: { tell: () => void } = { tell: () => {} }

/** Told what the platform's clock says with each answer, for pages that have no stream to tell them. */
export const onServerTime: { tell: (serverMs: number) => void } = { tell: () => {} }

type Options = {
  method?: string
  body?: unknown
  key?: string
  headers?: Record<string, string>
  /** Longer than usual, where thousands of things are done at once. */
  withinMs?: number
}

/**
 * One request to our own API, which answers as its schema says.
 * @param options.key Idempotency-Key: one per intent, so that a repeat after a lost answer changes nothing
 * @throws RequestFailed with a code the message table knows
 */
export function request<T>(path: string, options: Options = {}): Promise<T> {
  return ask(path, options, (response) => answer<T>(response))
}

/** The same for a file, as it came. */
export function requestBytes(path: string, options: Options = {}): Promise<Blob> {
  return ask(path, options, (response) => response.blob())
}

async function ask<T>(path: string, options: Options, read: (response: Response) => Promise<T>): Promise<T> {
  const headers: Record<string, string> = { accept: 'application/json', ...options.headers }
  if (options.body !== undefined) headers['content-type'] = 'application/json'
  if (options.key !== undefined) headers['idempotency-key'] = options.key
  const abort = new AbortController()
  const late = setTimeout(() => abort.abort(), options.withinMs ?? ANSWER_WITHIN_MS)
  try {
    const response = await fetch(path, {
      method: options.method ?? 'GET',
      headers,
      credentials: 'same-origin',
      signal: abort.signal,
      ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
    }).catch(() => {
      throw unreachable()
    })
    const date = Date.parse(response.headers.get('date') ?? '')
    if (!Number.isNaN(date)) onServerTime.tell(date)
    if (response.ok) return await read(response)
    throw await refused(response)
  } finally {
    clearTimeout(late)
  }
}

/** Our own API answers as its schema says (its tests hold it to that): the one place where this is taken on trust. */
async function answer<T>(response: Response): Promise<T> {
  const body: unknown = response.status === 204 ? undefined : await response.json()
  // eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion
  return body as T
}

function unreachable(): RequestFailed {
  return new RequestFailed({ status: 0, code: 'unreachable', title: '', detail: '' })
}

async function refused(response: Response): Promise<RequestFailed> {
  const body = await answer<Partial<Problem>>(response).catch(() => ({}))
  const problem: Problem = { title: '', detail: '', code: 'internal-error', ...body, status: response.status }
  if (problem.code === 'not-signed-in') onSignedOut.tell()
  return new RequestFailed(problem)
}

/** What a caught value means to the person: the API's problem, or `internal-error` for a fault of our own. */
export function problemOf(thrown: unknown): Problem {
  if (thrown instanceof RequestFailed) return thrown.problem
  return { status: 0, code: 'internal-error', title: '', detail: String(thrown) }
}

/** No answer, or a fault of the platform's: asked again later, it may be answered. A refusal is final. */
export const mayPass = ({ status }: Problem): boolean => status === 0 || status >= 500

/** A random UUID that also works without HTTPS, where `crypto.randomUUID` is absent. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}
