import type { Joined, OwnPhone } from '@anju/api/phone/schema'
import type { SignedIn } from '@anju/api/session/schema'
import { newKey, onSignedOut, problemOf, request } from '../api/request.ts'
import type { Problem } from '../api/shapes.ts'
import { outbox } from './outbox.svelte.ts'
import { forget, keep, kept } from './store.ts'

export interface Me {
  id: string
  name: string
}

/** Who works with this phone. Known from the last time even without a signal; the platform has the last word. */
class Who {
  /** undefined: not yet asked; null: nobody. */
  me = $state.raw<Me | null | undefined>(undefined)
  people = $state.raw<OwnPhone['people']>([])
  /** The platform could not be asked who signs in here. */
  unasked = $state(false)
  ended = $state(false)
  demo = $state(false)
  phoneId = ''

  async start(): Promise<void> {
    onSignedOut.tell = () => this.#out(true)
    this.phoneId = (await kept<string>('phoneId').catch(() => null)) ?? newKey()
    await keep('phoneId', this.phoneId).catch(() => (outbox.broken = true))
    const last = await kept<Me>('me').catch(() => null)
    if (last) this.#enter(last)
    await this.#ask(last)
  }

  async #ask(last: Me | null): Promise<void> {
    try {
      await this.#entered(await request<SignedIn>('/api/session'))
    } catch (thrown) {
      if (problemOf(thrown).status === 401) this.#out(last !== null)
      else if (this.me === undefined) this.#out(false)
    }
  }

  async askPeople(): Promise<void> {
    try {
      const { phoneId, people } = await request<OwnPhone>('/api/phone')
      this.people = people
      this.unasked = false
      if (phoneId !== null) await this.#number(phoneId)
    } catch {
      this.unasked = true
    }
  }

  async signIn(userId: string, pin: string): Promise<Problem | null> {
    try {
      await this.#entered(await request<SignedIn>('/api/phone/session', { method: 'POST', body: { userId, pin } }))
      return null
    } catch (thrown) {
      return problemOf(thrown)
    }
  }

  async join(token: string, pin: string): Promise<Problem | null> {
    try {
      const body = { token, pin, phoneId: this.phoneId }
      const joined = await request<Joined>('/api/phone/join', { method: 'POST', body })
      await this.#number(joined.phoneId)
      await this.#entered(joined)
      return null
    } catch (thrown) {
      return problemOf(thrown)
    }
  }

  async signOut(): Promise<void> {
    await request('/api/session', { method: 'DELETE' }).catch(() => undefined)
    this.#out(false)
  }

  async #number(phoneId: string): Promise<void> {
    this.phoneId = phoneId
    await keep('phoneId', phoneId)
  }

  async #entered({ user, demo }: SignedIn): Promise<void> {
    this.demo = demo
    // this is no page of theirs; whoever writes tags tries one by tapping it
    if (user.role !== 'caregiver')
      return location.replace(location.pathname === '/t' ? `/tags/tap${location.search}` : '/')
    const me = { id: user.id, name: user.name }
    const last = await kept<Me>('me')
    if (last && last.id !== me.id) await forget('day')
    await keep('me', me)
    this.#enter(me)
  }

  #enter(me: Me): void {
    this.me = me
    this.ended = false
    outbox.as(me.id, this.phoneId)
  }

  /** What was said stays; what was read goes. */
  #out(ended: boolean): void {
    this.ended = ended
    this.me = null
    outbox.as(null, this.phoneId)
    void forget('me').catch(() => undefined)
    void forget('day').catch(() => undefined)
  }
}

export const who = new Who()
