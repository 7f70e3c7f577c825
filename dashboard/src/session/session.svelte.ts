import type { FirstRun } from '@anju/api/start/schema'
import { may, type Role } from '@anju/domain/access/role'
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
  /** The rights of this session have changed: what ends now is only the stream. */
  #changed = false

  get me(): Known['user'] | null {
    return this.known?.user ?? null
  }
  /** Who may not hold a seat looks: nothing sounds for them and nothing counts on them. */
  get holdsSeat(): boolean {
    return this.known != null && may(this.known.user.role, 'hold-seat')
  }

  /** Whether alarms are this person's to see: without them there is no desk, no stream, nothing to miss. */
  get watches(): boolean {
    return this.known != null && may(this.known.user.role, 'read-alarms')
  }

  start(): void {
    onSignedOut.tell = () => this.#over()
    link.onEvent(({ name }) => {
      if (name === 'session.changed') this.#changed = true
    })
    link.signedOut = () => {
      if (!this.#changed) return this.#over()
      this.#changed = false
      this.known = undefined
      void this.load()
    }
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
      void this.#begin()
      return null
    } catch (thrown) {
      return problemOf(thrown)
    }
  }

  /** Whoever sets up an installation that holds nothing yet is led to its beginning; a desk in use is never left. */
  async #begin(): Promise<void> {
    if (!this.me || !may(this.me.role, 'manage-areas') || router.here.page !== 'desk') return
    const run = await request<FirstRun>('/api/first-run').catch(() => null)
    if (run?.progress === 'untouched' && !run.dismissed && router.here.page === 'desk') router.go('/start')
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
    // who does visits works on the phone's pages, never at the desk
    if (known.user.role === 'caregiver') return location.replace('/today')
    this.known = known
    this.ended = false
    if (this.watches) {
      const { role } = known.user
      const devices = may(role, 'read-devices') ? ['device', 'command'] : []
      const people = may(role, 'read-people') ? ['elder', 'referral', 'care-check'] : []
      const calls = may(role, 'read-calls') ? ['call'] : []
      const visits = may(role, 'read-visits') ? ['visit'] : []
      link.signIn(this.holdsSeat, ['alarm', ...devices, ...people, ...calls, ...visits])
    } else {
      // a provider's office sees others' changes of its visits while it plans them, an assessor who looks at one its turns
      if (may(known.user.role, 'plan-visits') || may(known.user.role, 'look-by-video')) link.signIn(false, ['visit'])
      if (router.here.page === 'desk') router.go(this.#home(known.user.role), 'replace')
    }
  }

  /** Where somebody without a desk begins. */
  #home(role: Role): string {
    if (may(role, 'plan-visits')) return '/visits/board'
    if (may(role, 'read-people')) return '/elders'
    return may(role, 'read-caregivers') ? '/staff/caregivers' : '/settings'
  }

  #over(): void {
    if (this.known) this.ended = true
    if (this.known !== undefined) this.known = null
    link.signOut()
  }
}

export const session = new SessionState()
