import { link } from '../link/link.svelte.ts'
import { due, patterns, type Sound } from './patterns.ts'

const LEVEL = 0.5
/** Begin and end of a tone are ramped, or the loudspeaker clicks. */
const RAMP_S = 0.012
/** Odd harmonics over the ground note, falling: plainly audible at 2–3 kHz where small loudspeakers are strongest. */
const HARMONICS = new Float32Array([0, 1, 0.5, 0.45, 0.25, 0.3, 0.1, 0.15])

/** unarmed: never allowed to sound · armed · interrupted: was armed, and the browser or system took it away */
export type Armed = 'unarmed' | 'armed' | 'interrupted'

/** The page's loudspeaker. A browser lets a page sound only after the person pressed something: that is arming. */
class Speaker {
  armed = $state<Armed>('unarmed')
  /** The causes that last; the queue and the link set them. */
  wanted: ReadonlySet<Sound> = new Set()
  readonly #once = new Set<Sound>()
  readonly #played = new Map<Sound, number>()
  #context: AudioContext | null = null
  #wave: PeriodicWave | null = null

  /** Must be called from a press or a key; sounds the tone that proves it. */
  async arm(): Promise<void> {
    if (await this.#open()) this.#play('armed')
  }

  /** After a reload the browser may still allow sound: then nobody is asked again. */
  async tryQuietly(): Promise<void> {
    if (
      sessionStorage.getItem('anju.armed') === 'yes' &&
      !('userActivation' in navigator && !navigator.userActivation.hasBeenActive)
    )
      await this.#open()
  }

  test(sound: Sound): void {
    if (this.armed === 'armed') this.#play(sound)
  }

  /** Sounds once at the next moment that is free. */
  once(sound: Sound): void {
    this.#once.add(sound)
    this.tick()
  }

  /** Called each second by the link, whose timer runs on when the page is in the background. */
  tick(): void {
    if (this.armed !== 'armed' || !link.speaker) {
      if (link.state.seatArmed) this.#once.clear() // another page of this browser sounds them
      return
    }
    const now = performance.now()
    const sound = due(this.wanted, this.#once, this.#played, now)
    if (!sound) return
    this.#once.delete(sound)
    this.#played.set(sound, now)
    this.#play(sound)
  }

  async #open(): Promise<boolean> {
    try {
      if (!this.#context || this.#context.state === 'closed') {
        const context = new AudioContext({ latencyHint: 'interactive' })
        this.#wave = context.createPeriodicWave(new Float32Array(HARMONICS.length), HARMONICS)
        context.addEventListener('statechange', () => this.#changed(context))
        this.#context = context
      }
      // a refused resume stays pending for ever in some browsers, so the state is looked at, not awaited
      void this.#context.resume().catch(() => {})
      await new Promise((seen) => setTimeout(seen, 150))
    } catch {
      // no sound device, or none allowed: the bar stays and says so
    }
    this.#changed(this.#context)
    return this.armed === 'armed'
  }

  #changed(context: AudioContext | null): void {
    if (context !== this.#context) return
    const running = context?.state === 'running'
    this.armed = running ? 'armed' : this.armed === 'unarmed' ? 'unarmed' : 'interrupted'
    link.arm(running)
    if (running) sessionStorage.setItem('anju.armed', 'yes')
  }

  #play(sound: Sound): void {
    const context = this.#context
    if (!context || !this.#wave) return
    const begin = context.currentTime + 0.02
    for (const note of patterns[sound].notes) {
      const tone = context.createOscillator()
      const gain = context.createGain()
      tone.setPeriodicWave(this.#wave)
      tone.frequency.value = note.hz
      const from = begin + note.at
      const to = from + note.seconds
      gain.gain.setValueAtTime(0, from)
      gain.gain.linearRampToValueAtTime(LEVEL, from + RAMP_S)
      gain.gain.setValueAtTime(LEVEL, to - RAMP_S * 3)
      gain.gain.linearRampToValueAtTime(0, to)
      tone.connect(gain).connect(context.destination)
      tone.start(from)
      tone.stop(to + 0.02)
    }
  }
}

export const speaker = new Speaker()
