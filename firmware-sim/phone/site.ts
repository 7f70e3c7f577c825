/** What a browser of somebody's heard; 0: nothing. */
export type Answer = { status: number; body: unknown; retryAfterS?: number }

export type Ask = { method?: 'GET' | 'POST' | 'PUT' | 'DELETE'; body?: unknown; key?: string; withinMs?: number }

const usualWithinMs = 30_000

/** A browser at the platform's site: its cookies, its own Origin, and nothing else of a person. */
export class Site {
  readonly url: string
  readonly #agent: string
  readonly #cookies: Map<string, string>

  constructor(url: string, agent: string, cookies: Readonly<Record<string, string>> = {}) {
    this.url = url
    this.#agent = agent
    this.#cookies = new Map(Object.entries(cookies))
  }

  get cookies(): Record<string, string> {
    return Object.fromEntries(this.#cookies)
  }

  /** Never rejects: what could not be asked is an answer of status 0. */
  async ask(path: string, { method = 'GET', body, key, withinMs = usualWithinMs }: Ask = {}): Promise<Answer> {
    try {
      const response = await fetch(new URL(path, this.url), {
        method,
        headers: {
          origin: new URL(this.url).origin,
          'user-agent': this.#agent,
          cookie: [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; '),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(key === undefined ? {} : { 'idempotency-key': key }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(withinMs),
      })
      for (const cookie of response.headers.getSetCookie()) this.#keep(cookie)
      const text = await response.text()
      const retryAfterS = Number(response.headers.get('retry-after') ?? Number.NaN)
      return {
        status: response.status,
        body: text === '' ? undefined : jsonOr(text),
        ...(Number.isFinite(retryAfterS) ? { retryAfterS } : {}),
      }
    } catch {
      return { status: 0, body: undefined }
    }
  }

  /** Asks for something that is there, and says in words when it is not. */
  async get<T>(path: string): Promise<T> {
    return found<T>(path, await this.ask(path))
  }

  async post<T>(path: string, body: unknown = {}): Promise<T> {
    return found<T>(path, await this.ask(path, { method: 'POST', body, key: crypto.randomUUID() }))
  }

  /** With a name and a password, as an office does. */
  async signIn(username: string, password: string): Promise<this> {
    const answer = await this.ask('/api/session', { method: 'POST', body: { username, password } })
    found('/api/session', answer)
    return this
  }

  #keep(cookie: string): void {
    const [pair = ''] = cookie.split(';')
    const at = pair.indexOf('=')
    const [name, value] = [pair.slice(0, at), pair.slice(at + 1)]
    if (value === '') this.#cookies.delete(name)
    else this.#cookies.set(name, value)
  }
}

/** Somebody was refused, or nobody answered. */
export class NotAnswered extends Error {
  readonly status: number
  readonly code: string

  constructor(path: string, { status, body }: Answer) {
    const code = codeOf(body)
    super(`${path} answered ${status === 0 ? 'nothing' : status} ${code}`.trim())
    this.status = status
    this.code = code
  }
}

export function codeOf(body: unknown): string {
  return typeof body === 'object' && body !== null && 'code' in body ? String(body.code) : ''
}

function found<T>(path: string, answer: Answer): T {
  if (answer.status < 200 || answer.status >= 300) throw new NotAnswered(path, answer)
  return asTold<T>(answer.body)
}

/* The platform's answers are of the shape its description promises; a simulator that met another would fail loudly. */
// eslint-disable-next-line @typescript-eslint/no-unsafe-return, @typescript-eslint/no-explicit-any
export const asTold = <T>(body: any): T => body

function jsonOr(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
