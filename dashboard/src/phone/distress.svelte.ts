import { clock } from '../clock/now.svelte.ts'
import { day } from './day.svelte.ts'
import { outbox } from './outbox.svelte.ts'
import { type Position, withPosition } from './position.ts'
import { nextOf } from './seen.ts'

/** A call for help of the caregiver's own. It is said to be received only when the platform said so. */
class Distress {
  #key = $state<string | null>(null)
  #shown = $state(false)
  #position: Position | null = null
  #fact = $derived(outbox.facts.find(({ key }) => key === this.#key) ?? null)
  at = $derived(this.#fact?.answeredAt ?? new Date(clock.now).toISOString())

  state = $derived.by<'none' | 'sending' | 'kept' | 'received' | 'refused'>(() => {
    if (!this.#shown) return 'none'
    if (this.#fact === null) return outbox.broken ? 'kept' : 'sending'
    if (this.#fact.state === 'sent') return 'received'
    if (this.#fact.state === 'refused') return 'refused'
    return this.#fact.tries > 0 || outbox.cutOff ? 'kept' : 'sending'
  })

  /** While the button is held the phone may say where it is; it is asked only where that needs no question. */
  async prepare(): Promise<void> {
    this.#position = null
    const asked = await navigator.permissions?.query({ name: 'geolocation' }).catch(() => null)
    if (asked?.state !== 'granted') return
    const found = await withPosition()
    if ('position' in found) this.#position = found.position
  }

  async call(): Promise<void> {
    this.#key = null
    this.#shown = true
    const here = nextOf(day.visits.map(({ visit }) => visit))
    // said at once, with the position that came while the button was held, or with none
    const where = this.#position === null ? {} : { position: this.#position }
    const body = { ...where, ...(here !== null && { visitId: here.id }) }
    const said = await outbox.say({ kind: 'distress', visitId: here?.id ?? null, path: '/api/distress', body })
    this.#key = said?.key ?? null
  }

  close(): void {
    this.#shown = false
  }
}

export const distress = new Distress()
