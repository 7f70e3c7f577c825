import { clock } from '../clock/now.svelte.ts'
import { day } from './day.svelte.ts'
import { outbox } from './outbox.svelte.ts'
import { nextOf } from './seen.ts'

/** A call for help of the caregiver's own. It is said to be received only when the platform said so. */
class Distress {
  #key = $state<string | null>(null)
  #shown = $state(false)
  #fact = $derived(outbox.facts.find(({ key }) => key === this.#key) ?? null)
  at = $derived(this.#fact?.answeredAt ?? new Date(clock.now).toISOString())

  state = $derived.by<'none' | 'sending' | 'kept' | 'received' | 'refused'>(() => {
    if (!this.#shown) return 'none'
    if (this.#fact === null) return outbox.broken ? 'kept' : 'sending'
    if (this.#fact.state === 'sent') return 'received'
    if (this.#fact.state === 'refused') return 'refused'
    return this.#fact.tries > 0 || outbox.cutOff ? 'kept' : 'sending'
  })

  async call(): Promise<void> {
    this.#key = null
    this.#shown = true
    const here = nextOf(day.visits.map(({ visit }) => visit))
    // said at once: a position that takes six seconds comes too late
    const body = here === null ? {} : { visitId: here.id }
    const said = await outbox.say({ kind: 'distress', visitId: here?.id ?? null, path: '/api/distress', body })
    this.#key = said?.key ?? null
  }

  close(): void {
    this.#shown = false
  }
}

export const distress = new Distress()
