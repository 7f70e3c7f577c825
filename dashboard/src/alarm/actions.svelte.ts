import type { Outcome } from '@anju/domain/alarm/kinds'
import { Intent } from '../api/intent.svelte.ts'
import type { Alarm } from '../api/shapes.ts'
import { alarms } from './alarms.svelte.ts'

/** What a person may do with one alarm, each with its own pending state and refusal. */
export class AlarmActions {
  readonly id: string
  readonly take = new Intent()
  readonly noting = new Intent()
  readonly resolving = new Intent()
  text = $state('')
  /** Choosing how it ended. */
  choosing = $state(false)
  outcome = $state<Outcome | null>(null)

  constructor(id: string) {
    this.id = id
  }

  async acknowledge(): Promise<boolean> {
    const done = await this.take.post<Alarm>(`/api/alarms/${this.id}/acknowledge`)
    alarms.refresh(this.id)
    return done !== null
  }

  async note(): Promise<boolean> {
    const text = this.text.trim()
    if (text === '') return false
    const done = await this.noting.post<Alarm>(`/api/alarms/${this.id}/notes`, { text })
    if (done === null) return false
    if (this.text.trim() === text) this.text = ''
    alarms.refresh(this.id)
    return true
  }

  async resolve(): Promise<boolean> {
    if (this.outcome === null) return false
    const note = this.text.trim()
    const body = note === '' ? { outcome: this.outcome } : { outcome: this.outcome, note }
    const done = await this.resolving.post<Alarm>(`/api/alarms/${this.id}/resolve`, body)
    alarms.refresh(this.id)
    if (done === null) return false
    this.text = ''
    this.choosing = false
    return true
  }

  cancel(): void {
    this.choosing = false
    this.outcome = null
  }
}

const byAlarm = new Map<string, AlarmActions>()
/** The actions of an alarm: the same object for key, button and queue, so that an intent under way is one. */
export function actionsOf(id: string): AlarmActions {
  let found = byAlarm.get(id)
  if (!found) byAlarm.set(id, (found = new AlarmActions(id)))
  return found
}
export function forgetActions(): void {
  byAlarm.clear()
}
