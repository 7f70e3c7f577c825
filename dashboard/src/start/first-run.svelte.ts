import type { FirstRun } from '@anju/api/start/schema'
import { may } from '@anju/domain/access/role'
import { problemOf, request } from '../api/request.ts'
import type { Problem } from '../api/shapes.ts'
import { session } from '../session/session.svelte.ts'

/** How far the installation is set up, for whoever sets it up. */
class FirstRunState {
  value = $state.raw<FirstRun | null>(null)
  problem = $state.raw<Problem | null>(null)

  /** Whether this person is to be reminded: something is open, and it was not put aside. */
  get due(): boolean {
    return this.value !== null && this.value.progress !== 'finished' && !this.value.dismissed
  }

  async load(): Promise<FirstRun | null> {
    if (session.me === null || !may(session.me.role, 'manage-areas')) return (this.value = null)
    try {
      this.value = await request<FirstRun>('/api/first-run')
      this.problem = null
    } catch (thrown) {
      this.problem = problemOf(thrown)
    }
    return this.value
  }
}

export const firstRun = new FirstRunState()
