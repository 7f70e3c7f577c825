import { newKey, problemOf, request } from '../api/request.ts'
import {
  again,
  answered,
  bodyOf,
  type Fact,
  laneOf,
  type NewFact,
  nextToSend,
  outcomeOf,
  outlived,
  pauseMs,
  idempotencyOf,
} from './queue.ts'
import { allFacts, changeFact, forgetFact, keepFact } from './store.ts'

/** A photograph over a village's line. */
const ANSWER_WITHIN_MS = 90_000
/** What bears this phone's number and its own in what it says. */
const NUMBERED: readonly string[] = ['presence', 'reading', 'photo', 'signature', 'distress']
/** What says when in other words, or not at all. */
const UNTIMED: readonly string[] = ['photo', 'signature', 'errand', 'dispute']

/** What is said on this phone and sent when it can be: one order for all its tabs, kept over reload and power cut. */
class Outbox {
  facts = $state.raw<Fact[]>([])
  /** The storage refuses: a private window, or a full phone. */
  broken = $state(false)
  sending = $state(false)
  /** The last try found nobody. */
  cutOff = $state(false)
  /** Answers of this page's life, by the fact's key. */
  answers = $state.raw<Record<string, unknown>>({})
  /** Told of each answer, to show what the platform says now. */
  heard: (answer: unknown) => void = () => {}

  #userId: string | null = null
  #phoneId = ''
  #quiet = 0
  #more = false
  #timer: ReturnType<typeof setTimeout> | undefined
  readonly #others = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel('anju-phone')

  waiting = $derived(this.facts.filter(({ state }) => state === 'waiting'))
  refused = $derived(this.facts.filter(({ state }) => state === 'refused'))

  start(): () => void {
    const wake = (): void => void this.send()
    const seen = (): void => void (document.visibilityState === 'visible' && this.#look().then(wake))
    addEventListener('online', wake)
    document.addEventListener('visibilitychange', seen)
    if (this.#others) this.#others.onmessage = () => void this.#look()
    void this.#look()
    return () => {
      removeEventListener('online', wake)
      document.removeEventListener('visibilitychange', seen)
      clearTimeout(this.#timer)
    }
  }

  /** Whose facts may leave from now on. */
  as(userId: string | null, phoneId: string): void {
    this.#userId = userId
    this.#phoneId = phoneId
    void this.send()
  }

  mine = $derived.by(() => (userId: string) => this.waiting.filter((fact) => fact.userId === userId))

  /** Keeps a fact, then sends it. What is answered is only that it is kept. */
  async say(fact: NewFact, at = new Date()): Promise<Fact | null> {
    if (this.#userId === null) return null
    const key = newKey()
    const { kind } = fact
    const body = {
      ...fact.body,
      ...(NUMBERED.includes(kind) && { phoneId: this.#phoneId, key }),
      ...(!UNTIMED.includes(kind) && { deviceAt: at.toISOString() }),
    }
    const whole = {
      ...fact,
      body,
      key,
      userId: this.#userId,
      madeAt: at.toISOString(),
      state: 'waiting',
      tries: 0,
    } as const
    try {
      const said = await keepFact(whole)
      this.facts = [...this.facts, said]
      this.#tell()
      void this.send()
      return said
    } catch {
      this.broken = true
      return null
    }
  }

  async sayAgain(fact: Fact): Promise<void> {
    await changeFact(again(fact))
    await this.#look()
    void this.send()
  }

  /** Sends what waits, one after the other; of several tabs one does. Were two to send, the keys make them one. */
  async send(): Promise<void> {
    clearTimeout(this.#timer)
    this.#more = this.sending
    if (this.sending || this.#userId === null) return
    this.sending = true
    try {
      const { locks } = navigator
      if (locks === undefined) await this.#sendAll()
      else await locks.request('anju-phone-send', { ifAvailable: true }, (lock) => lock && this.#sendAll())
    } catch {
      this.broken = true
    } finally {
      this.sending = false
    }
    // said while the last of the others was under way
    if (this.#more) return this.send()
    const userId = this.#userId
    if (userId !== null && this.waiting.some((fact) => fact.userId === userId)) {
      this.#timer = setTimeout(() => void this.send(), pauseMs(this.#quiet, Math.random()))
    }
  }

  async #sendAll(): Promise<void> {
    const held = new Set<string>()
    for (;;) {
      await this.#look()
      const next = this.#userId === null ? null : nextToSend(this.facts, this.#userId, held)
      if (!next) return
      const outcome = await this.#sendOne(next)
      await changeFact(answered(next, outcome, new Date().toISOString()))
      this.#tell()
      if (outcome.kind === 'taken' || outcome.kind === 'refused') this.#quiet = 0
      else this.#quiet++
      this.cutOff = outcome.kind === 'silent' && !outcome.reached
      if (outcome.kind === 'silent' && outcome.reached)
        held.add(laneOf(next)) // its fault or ours: other visits go on
      else if (outcome.kind !== 'taken' && outcome.kind !== 'refused') return this.#look()
    }
  }

  async #sendOne(fact: Fact) {
    try {
      const body = bodyOf(fact, this.facts, new Date().toISOString())
      const answer = await request<unknown>(fact.path, {
        method: 'POST',
        body,
        ...idempotencyOf(fact),
        withinMs: ANSWER_WITHIN_MS,
      })
      this.answers = { ...this.answers, [fact.key]: answer }
      this.heard(answer)
      return { kind: 'taken', id: idOf(answer) } as const
    } catch (thrown) {
      return outcomeOf(problemOf(thrown))
    }
  }

  /** What the storage holds now: another tab may have said or sent something. */
  async #look(): Promise<void> {
    try {
      const facts = await allFacts()
      const old = outlived(facts)
      for (const { n } of old) await forgetFact(n)
      this.facts = facts.filter((fact) => !old.includes(fact))
    } catch {
      this.broken = true
    }
  }

  #tell(): void {
    this.#others?.postMessage('changed')
  }
}

function idOf(answer: unknown): string | null {
  if (typeof answer !== 'object' || answer === null) return null
  for (const name of ['id', 'alarmId'] as const) {
    const id: unknown = Object.entries(answer).find(([key]) => key === name)?.[1]
    if (typeof id === 'string') return id
  }
  return null
}

export const outbox = new Outbox()
