import { tick } from 'svelte'
import type { Outcome } from '@anju/domain/alarm/kinds'
import type { AmbulanceState, StepKind } from '@anju/domain/alarm/step'
import { Intent } from '../api/intent.svelte.ts'
import { newKey, problemOf, request } from '../api/request.ts'
import type { AlarmFile, Problem } from '../api/shapes.ts'
import { exchange } from '../call/exchange.svelte.ts'
import { clock } from '../clock/now.svelte.ts'
import { alarms } from './alarms.svelte.ts'
import { dial } from './dial.ts'
import { activeOf, isOf, ladderOf, type StepRow, type Target } from './steps.ts'

/** What is asked before an act, above the footer. */
export type Panel = 'resolve' | 'hand-over' | 'give-back' | 'shelve' | 'reopen' | 'close'

/** What a person may do with one alarm, each with its own pending state and refusal. */
export class AlarmActions {
  readonly id: string
  readonly take = new Intent()
  readonly noting = new Intent()
  readonly stepping = new Intent()
  /** Whatever its panel asks for. */
  readonly deciding = new Intent()
  /** The note being typed; it goes along with an end. */
  text = $state('')
  panel = $state<Panel | null>(null)
  outcome = $state<Outcome | null>(null)
  /** Days until somebody must look again; null: nobody needs to. */
  followDays = $state<number | null>(null)
  reason = $state('')
  /** The running step whose outcomes the letters mean; the ambulance's state once it was called. */
  chosen = $state<string | null>(null)
  /** Key and code, once they were asked for. */
  entryNote = $state<string | null>(null)
  entryProblem = $state.raw<Problem | null>(null)
  /** Whose key and code these are: the alarm may go to another home. */
  entryHomeId: string | null = null
  #entryAsked = false
  /** What was struck while the stroke before it still waits for its answer: done after it, of several the last. */
  #struck: (() => void) | null = null
  #beginning = false

  constructor(id: string) {
    this.id = id
  }

  get problem(): Problem | null {
    return this.take.problem ?? this.deciding.problem ?? this.stepping.problem ?? this.noting.problem
  }

  async #post(intent: Intent, path: string, body: unknown = {}): Promise<boolean> {
    const file = await intent.post<AlarmFile>(`/api/alarms/${this.id}${path}`, body)
    if (file) alarms.got(file)
    else alarms.refresh(this.id)
    return file !== null
  }

  acknowledge(): Promise<boolean> {
    return this.#post(this.take, '/acknowledge')
  }

  async note(): Promise<boolean> {
    const text = this.text.trim()
    if (text === '') return false
    const done = await this.#post(this.noting, '/notes', { text })
    if (done && this.text.trim() === text) this.text = ''
    return done
  }

  /** Begins a step with somebody and dials; one that runs already is only looked at again. */
  async begin(row: StepRow, target: Target | null, how: { dials: boolean | 'own' }): Promise<void> {
    const { contactId = null, caregiverId = null, deviceId = null } = target ?? {}
    const running = row.running.find((step) => target === null || isOf(step, target))
    if (this.stepping.pending) return
    if (how.dials === 'own' && target?.dialable) dial(target.phone)
    else if (how.dials && target) this.#ring(target)
    if (running) {
      this.chosen = running.id
      return
    }
    const whom = {
      ...(contactId !== null && { contactId }),
      ...(caregiverId !== null && { caregiverId }),
      ...(deviceId !== null && { deviceId }),
    }
    const known = new Set(alarms.file?.steps.map(({ id }) => id))
    this.#beginning = true
    await this.#step('/steps', { step: row.step, ...whom }, () => {
      this.chosen = alarms.file?.steps.find(({ id }) => !known.has(id))?.id ?? null
    })
    this.#beginning = false
  }

  /** By the exchange where the seat has chosen so; a ladder is never kept waiting for it. */
  #ring(target: Target): void {
    if (!target.dialable) return
    if (exchange.dials && target.ring) void exchange.ask(this.id, target.key, target.ring)
    else dial(target.phone)
  }

  end(stepId: string, outcome: string): Promise<boolean> {
    return this.#step(`/steps/${stepId}/end`, { outcome })
  }

  /** One act on the ladder, and what was struck meanwhile, unless it was refused: then that meant another ladder. */
  async #step(path: string, body: unknown, done?: () => void): Promise<boolean> {
    const stepped = await this.#post(this.stepping, path, body)
    if (stepped) done?.()
    const struck = stepped ? this.#struck : null
    this.#struck = null
    if (struck) void tick().then(struck)
    return stepped
  }

  /** Somebody who said that they would go stands at the door: begun and ended in one. */
  async arrived(step: StepKind, target: Target): Promise<void> {
    const row = alarms.file && ladderOf(alarms.file).find((one) => one.step === step)
    if (!row) return
    await this.begin(row, target, { dials: false })
    if (this.chosen !== null) await this.end(this.chosen, 'arrived')
  }

  /** Somebody said where she is. */
  place(homeId: string): Promise<boolean> {
    return this.#post(this.deciding, '/place', { homeId })
  }

  tellAmbulance(status: AmbulanceState, hospital: string): void {
    // told while the step before is still on its way: it has its turn, as every stroke has
    if (this.stepping.pending) this.#struck = () => this.tellAmbulance(status, hospital)
    else void this.#step('/ambulance', { status, ...(hospital.trim() && { hospital: hospital.trim() }) })
  }

  /** The digit of the ladder: begins that step with whom is next, or shows the one that runs. */
  digit(n: number): void {
    if (this.stepping.pending) {
      this.#struck = () => this.digit(n)
      return
    }
    const { file } = alarms
    const row = file && ladderOf(file).find((one) => one.n === n)
    if (!file?.can.step.allowed || !row) return
    const [running] = row.running
    if (running) this.chosen = running.id
    else if (row.step === 'ambulance' && row.ended.some(({ outcome }) => outcome === 'called'))
      this.chosen = 'ambulance'
    else void this.begin(row, row.next, { dials: true })
  }

  /** The button that a letter means now: an outcome of the step under way, or what 120 said. */
  #lettered(key: string): HTMLElement | undefined {
    if (!alarms.file) return undefined
    const tracking = this.chosen === 'ambulance'
    const step = tracking ? 'ambulance' : activeOf(ladderOf(alarms.file), this.chosen)?.id
    const options = document.querySelectorAll<HTMLElement>(`[data-letter="${key.toLowerCase()}"]`)
    return [...options].find(({ dataset }) => dataset['step'] === step)
  }
  /** While a step is under way to the platform its letters are awaited, and mean nothing else. */
  hasLetter(key: string): boolean {
    return this.stepping.pending || this.#lettered(key) !== undefined
  }
  letter(key: string): void {
    if (!this.stepping.pending) this.#lettered(key)?.click()
    else if (this.#beginning) this.#struck = () => this.letter(key)
  }

  async resolve(): Promise<boolean> {
    if (this.outcome === null) return false
    const note = this.text.trim()
    const followUpAt = this.followDays === null ? null : new Date(clock.now + this.followDays * 86_400_000)
    const done = await this.#decide('/resolve', {
      outcome: this.outcome,
      ...(note && { note }),
      ...(followUpAt && { followUpAt: followUpAt.toISOString() }),
    })
    if (done) this.text = ''
    return done
  }
  handOver(toId: string): Promise<boolean> {
    return this.#decide('/hand-over', { toId, note: this.reason.trim() })
  }
  giveBack(): Promise<boolean> {
    return this.#decide('/give-back', { reason: this.reason.trim() })
  }
  shelve(until: Date): Promise<boolean> {
    return this.#decide('/shelve', { until: until.toISOString(), reason: this.reason.trim() })
  }
  reopen(): Promise<boolean> {
    return this.#decide('/reopen', { reason: this.reason.trim() })
  }
  close(): Promise<boolean> {
    return this.#decide('/close', this.reason.trim() ? { text: this.reason.trim() } : {})
  }

  async #decide(path: string, body: unknown): Promise<boolean> {
    const done = await this.#post(this.deciding, path, body)
    if (done) this.cancel()
    return done
  }

  /** Asks above the footer; the same key closes it again. */
  ask(panel: Panel): void {
    const open = this.panel !== panel
    this.cancel()
    if (open && alarms.file?.can[panel].allowed) this.panel = panel
  }
  cancel(): void {
    this.panel = null
    this.outcome = null
    this.followDays = null
    this.reason = ''
    this.deciding.problem = null
  }

  /** Key and code of the door: asked for once, and written down by the platform. */
  async seeEntry(): Promise<void> {
    if (this.#entryAsked || this.entryNote !== null) return
    this.#entryAsked = true
    this.entryProblem = null
    try {
      const answer = await request<{ entryNote: string }>(`/api/alarms/${this.id}/entry`, {
        method: 'POST',
        body: {},
        key: newKey(),
      })
      this.entryNote = answer.entryNote
      this.entryHomeId = alarms.file?.homeId ?? null
    } catch (thrown) {
      this.entryProblem = problemOf(thrown)
    } finally {
      this.#entryAsked = false
    }
  }
  /** The alarm has ended: what was shown goes. */
  hideEntry(): void {
    this.entryNote = null
    this.entryHomeId = null
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
