import { phonePlace } from './place.svelte.ts'
import { forget, keep, kept } from './store.ts'

/** The phone is in the elder's hands: kept, so that neither a reload nor a killed tab opens the caregiver's ways. */
class Handed {
  visitId = $state<string | null>(null)
  known = $state(false)

  async start(): Promise<void> {
    this.visitId = await kept<string>('handed').catch(() => null)
    phonePlace.locked = this.visitId !== null
    this.known = true
  }

  async over(visitId: string): Promise<void> {
    await keep('handed', visitId).catch(() => undefined)
    this.visitId = visitId
    phonePlace.locked = true
  }

  async back(): Promise<void> {
    await forget('handed').catch(() => undefined)
    this.visitId = null
    phonePlace.locked = false
  }
}

export const handed = new Handed()
