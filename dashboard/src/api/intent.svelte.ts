import { newKey, problemOf, request } from './request.ts'
import type { Problem } from './shapes.ts'

/**
 * One thing a person wants done. While it is under way a second click or a key repeat does nothing; when no answer
 * came, trying again carries the same Idempotency-Key, so that it is never done twice.
 */
export class Intent {
  pending = $state(false)
  problem = $state.raw<Problem | null>(null)
  #key: { for: string; key: string } | null = null

  /** @returns the answer, or null when refused (see `problem`) or already under way */
  post<T>(path: string, body: unknown = {}, withinMs?: number): Promise<T | null> {
    return this.send<T>('POST', path, body, withinMs)
  }

  /** The same for a change by another method. */
  async send<T>(
    method: 'POST' | 'PATCH' | 'PUT' | 'DELETE',
    path: string,
    body: unknown,
    withinMs?: number,
  ): Promise<T | null> {
    if (this.pending) return null
    const what = `${method} ${path}${JSON.stringify(body)}`
    if (this.#key?.for !== what) this.#key = { for: what, key: newKey() }
    this.pending = true
    this.problem = null
    try {
      const answer = await request<T>(path, {
        method,
        body,
        key: this.#key.key,
        ...(withinMs !== undefined && { withinMs }),
      })
      this.#key = null
      return answer
    } catch (thrown) {
      this.problem = problemOf(thrown)
      // a refusal is an answer: the next try is a new intent; silence is not
      if (this.problem.code !== 'unreachable' && this.problem.status < 500) this.#key = null
      return null
    } finally {
      this.pending = false
    }
  }
}
