import { mayPass, onSignedOut, problemOf, request } from '../api/request.ts'
import type { Problem, Session as Known } from '../api/shapes.ts'
import { backOff } from '../link/beat.ts'
import { link } from '../link/link.svelte.ts'
import { router } from '../shell/router.svelte.ts'

/** Who is signed in. `known`: undefined until asked, null when nobody. */
class SessionState {
  known = $state.raw<Known | null | undefined>(undefined)
  problem = $state.raw<Problem | null>(null)
  /** The sign-in ended while in use, so the sign-in page says why it appears. */
  ended = $state(false)

  get me(): Known['user'] | null {
    return this.known?.user ?? null
  }
  /** An auditor looks and is not a seat: nothing sounds for them and nothing counts on them. */
  get holdsSeat(): boolean {
    return this.known != null && this.known.user.role !== 'auditor'
  }

  start(): void {
    onSignedOut.tell = () => this.#over()
    link.signedOut = () => this.#over()
    void this.load()
  }

  /** Asks who is signed in; a platform that cannot answer is asked again, for nobody may stand at the desk to do so. */
  async load(attempt = 0): Promise<void> {
    try {
      this.#entered(await request<Known>('/api/session'))
      this.problem = null
    } catch (thrown) {
      const problem = problemOf(thrown)
      if (problem.status === 401) this.known = null
      else this.problem = problem
      if (mayPass(problem) && this.known === undefined)
        setTimeout(() => void (this.known === undefined && this.load(attempt + 1)), backOff(attempt, Math.random()))
    }
  }

  async signIn(username: string, password: string): Promise<Problem | null> {
    try {
      this.#entered(await request<Known>('/api/session', { method: 'POST', body: { username, password } }))
      return null
    } catch (thrown) {
      return problemOf(thrown)
    }
  }

  async signOut(): Promise<Problem | null> {
    try {
      await request('/api/session', { method: 'DELETE' })
    } catch (thrown) {
      const problem = problemOf(thrown)
      if (problem.status !== 401) return problem
    }
    this.known = null
    this.ended = false
    link.signOut()
    router.go('/', 'replace')
    return null
  }

  #entered(known: Known): void {
    this.known = known
    this.ended = false
    link.signIn(this.holdsSeat)
  }

  #over(): void {
    if (this.known) this.ended = true
    if (this.known !== undefined) this.known = null
    link.signOut()
  }
}

export const session = new SessionState()
