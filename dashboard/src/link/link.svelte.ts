import { clock } from '../clock/now.svelte.ts'
import { Hub } from './hub.ts'
import type { LinkState, LiveData, LiveName, ToHub, ToPage, Painted } from './protocol.ts'

export type LiveEvent = { name: LiveName; position: number | null; data: LiveData }

const unknown: LinkState = {
  phase: 'joining',
  confirmedAt: null,
  offset: 0,
  seatId: '',
  seatArmed: false,
  presentSeats: null,
  outside: null,
}

/** This page's end of the live link: what the hub last said, and where its events go. */
class Link {
  state = $state.raw<LinkState>(unknown)
  /** Whether this page is the browser's one that sounds. */
  speaker = $state(false)
  readonly #onEvent = new Set<(event: LiveEvent) => void>()
  readonly #onReload = new Set<() => void>()
  readonly #onTick = new Set<() => void>()
  readonly #elders = new Map<string, number>()
  #say: (message: ToHub) => void = () => {}
  #armed = false
  signedOut: () => void = () => {}

  get phase(): LinkState['phase'] {
    return this.state.phase
  }
  /** What is on the screen may be old. */
  get stale(): boolean {
    return this.state.phase === 'lost'
  }

  start(): void {
    const hear = (message: ToPage): void => this.#hear(message)
    if ('SharedWorker' in globalThis) {
      const worker = new SharedWorker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'anju-link' })
      worker.port.addEventListener('message', (event: MessageEvent<ToPage>) => hear(event.data))
      worker.port.start()
      this.#say = (message) => worker.port.postMessage(message)
    } else {
      const hub = new Hub()
      this.#say = hub.join(hear)
      hub.start()
    }
    this.#here()
    addEventListener('online', () => this.#say({ type: 'retry' }))
    document.addEventListener('visibilitychange', () => {
      this.#here()
      if (document.visibilityState === 'visible') this.#say({ type: 'retry' })
    })
    addEventListener('pagehide', () => this.#say({ type: 'bye' }))
    addEventListener('pageshow', () => this.#here())
  }

  /** Says again that this page lives, and whether it can be heard. */
  #here(): void {
    const visible = document.visibilityState === 'visible'
    this.#say({ type: 'here', armed: this.#armed, visible, elders: [...this.#elders.keys()] })
  }

  #hear(message: ToPage): void {
    switch (message.type) {
      case 'link':
        this.state = message.state
        this.speaker = message.speaker
        if (message.state.confirmedAt !== null) clock.offset = message.state.offset
        this.#here()
        for (const tick of this.#onTick) tick()
        return
      case 'event':
        for (const on of this.#onEvent) on(message)
        return
      case 'reload':
        for (const reload of this.#onReload) reload()
        return
      case 'signed-out':
        this.signedOut()
    }
  }

  arm(armed: boolean): void {
    if (armed === this.#armed) return
    this.#armed = armed
    this.#here()
  }
  /** @param seat whether whoever signed in counts as a seat of the desk @param topics what they may hear */
  signIn(seat: boolean, topics: string[]): void {
    this.#say({ type: 'sign-in', seat, topics })
  }
  signOut(): void {
    this.#say({ type: 'sign-out' })
  }
  retry(): void {
    this.#say({ type: 'retry' })
  }
  shown(alarm: Painted): void {
    this.#say({ type: 'shown', alarm })
  }

  onEvent(on: (event: LiveEvent) => void): () => void {
    this.#onEvent.add(on)
    return () => this.#onEvent.delete(on)
  }
  /** Lists must be read anew: the stream begins here, or had fallen too far behind. */
  onReload(reload: () => void): () => void {
    this.#onReload.add(reload)
    return () => this.#onReload.delete(reload)
  }
  onTick(tick: () => void): () => void {
    this.#onTick.add(tick)
    return () => this.#onTick.delete(tick)
  }
  /** Asks for an elder's latest readings until the returned function is called. */
  follow(elderId: string): () => void {
    this.#elders.set(elderId, (this.#elders.get(elderId) ?? 0) + 1)
    this.#here()
    return () => {
      const left = (this.#elders.get(elderId) ?? 1) - 1
      if (left > 0) this.#elders.set(elderId, left)
      else this.#elders.delete(elderId)
      this.#here()
    }
  }
}

export const link = new Link()
