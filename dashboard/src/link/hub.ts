import { newKey, problemOf, request } from '../api/request.ts'
import { ServerOffset } from '../clock/server-offset.ts'
import type { DeskState, Outside } from '../api/shapes.ts'
import { SEAT_EVERY_MS, TAB_GONE_AFTER_MS, backOff, hasSlept, phase, speaker, type Tab } from './beat.ts'
import { Seat } from './seat.ts'
import { type LiveName, type LiveData, type ToHub, type ToPage, loggedEvents, passingEvents } from './protocol.ts'

type Listener = Tab & { elders: string[]; tell: (message: ToPage) => void }

const TICK_MS = 1_000
/** With the platform away, `retry` from ten pages must not become a storm. */
const RETRY_AT_MOST_EVERY_MS = 250

/**
 * One live link and one seat for a whole browser: a single event stream, fanned out to its pages. Runs in a
 * SharedWorker, whose timers are not slowed down when every page is in the background; where a browser has none,
 * each page runs its own.
 */
export class Hub {
  readonly #listeners = new Set<Listener>()
  readonly #offset = new ServerOffset()
  #seat = new Seat(newKey())
  #source: EventSource | null = null
  #topics = ''
  #position: number | null = null
  #open = false
  #since = performance.now()
  #heardAt: number | null = null
  #confirmedAt: number | null = null
  #clockOffset = 0
  #attempt = 0
  #retryAt = 0
  #beatAt = -Infinity
  #order = 0
  #tickedAt = Date.now()
  #signedIn = false
  #starting = false
  #holdsSeat = false
  #hears: string[] = []
  #withElders = true

  start(): void {
    setInterval(() => this.#tick(), TICK_MS)
  }

  /** A page joins; what it says comes through the returned function. */
  join(tell: (message: ToPage) => void): (message: ToHub) => void {
    const listener: Listener = {
      armed: false,
      visible: false,
      elders: [],
      answeredAt: performance.now(),
      order: this.#order++,
      tell,
    }
    this.#listeners.add(listener)
    return (message) => this.#hear(listener, message)
  }

  #hear(listener: Listener, message: ToHub): void {
    listener.answeredAt = performance.now()
    if (message.type === 'bye') this.#listeners.delete(listener)
    else this.#listeners.add(listener)
    switch (message.type) {
      case 'here': {
        const changed = listener.armed !== message.armed
        if (message.elders.join() !== listener.elders.join()) this.#withElders = true
        Object.assign(listener, { armed: message.armed, visible: message.visible, elders: message.elders })
        if (changed) {
          this.#beatSoon()
          this.#tell()
        }
        if (this.#source && this.#topics !== this.#wanted()) this.#connect()
        return
      }
      case 'shown':
        return this.#seat.shown(message.alarm)
      case 'retry':
        if (this.#signedIn && !this.#open) this.#soon()
        return
      case 'sign-in':
        if (!this.#signedIn) this.#begin(message.seat, message.topics)
        return
      case 'sign-out':
        return this.#end()
      case 'bye':
        this.#beatSoon()
    }
  }

  #begin(seat: boolean, topics: string[]): void {
    this.#signedIn = true
    this.#hears = topics
    // another person at this browser is another seat
    this.#seat = new Seat(newKey())
    this.#holdsSeat = seat
    this.#withElders = true
    this.#since = performance.now()
    this.#heardAt = null
    this.#position = null
    this.#attempt = 0
    this.#retryAt = 0
    this.#tick()
  }

  #end(): void {
    if (!this.#signedIn) return
    this.#signedIn = false
    this.#close()
    if (this.#holdsSeat) void this.#seat.leave()
    this.#broadcast({ type: 'signed-out' })
  }

  #soon(): void {
    this.#retryAt = Math.min(this.#retryAt, performance.now() + RETRY_AT_MOST_EVERY_MS)
    setTimeout(() => this.#tick(), RETRY_AT_MOST_EVERY_MS)
  }

  #phase(now: number): ReturnType<typeof phase> {
    return phase({ open: this.#open, heardAt: this.#heardAt, since: this.#since }, now)
  }

  #tick(): void {
    const now = performance.now()
    if (this.#signedIn && hasSlept(this.#tickedAt, Date.now())) this.#wake()
    this.#tickedAt = Date.now()
    if (this.#signedIn) {
      // a stream that is open but says nothing is a dead one: a proxy or a sleeping radio holds it
      if (this.#source && this.#phase(now) === 'lost' && now >= this.#retryAt) this.#failed(now)
      if (!this.#source && !this.#starting && now >= this.#retryAt) void this.#reach()
      if (this.#holdsSeat && now - this.#beatAt >= SEAT_EVERY_MS) void this.#beat(now)
      this.#seat.flush()
    }
    this.#tell()
  }

  /** This machine slept: whatever stream there was is not trusted, and every list is read anew. */
  #wake(): void {
    this.#close()
    this.#position = null
    this.#since = performance.now()
    this.#heardAt = null
    this.#attempt = 0
    this.#retryAt = 0
  }

  /** Learns the position to read on from before anything is listed, so that list and stream leave no hole. */
  async #reach(): Promise<void> {
    this.#starting = true
    try {
      // every list says up to where it is true; who has no desk asks one of theirs
      const list = this.#hears.includes('alarm') ? '/api/desk' : '/api/visits?limit=1'
      const { asOf } = await request<Pick<DeskState, 'asOf'>>(list)
      const first = this.#position === null
      this.#position ??= asOf
      if (this.#signedIn) this.#connect()
      if (first) this.#broadcast({ type: 'reload' })
    } catch (thrown) {
      if (problemOf(thrown).status === 401) this.#end()
      else this.#failed(performance.now())
    } finally {
      this.#starting = false
    }
  }

  #wanted(): string {
    const all = this.#withElders ? [...this.#listeners].flatMap((listener) => listener.elders) : []
    const elders = new Set(all)
    return [...this.#hears, ...[...elders].sort().map((id) => `elder:${id}`)].join(',')
  }

  #connect(): void {
    this.#close()
    this.#topics = this.#wanted()
    const source = new EventSource(
      `/api/events?after=${this.#position ?? ''}&topics=${encodeURIComponent(this.#topics)}`,
    )
    this.#source = source
    // give the new stream its own ten seconds before calling it dead
    this.#retryAt = performance.now() + 10_000
    source.addEventListener('heartbeat', (event) => this.#heartbeat(parse(event)))
    source.addEventListener('reset', (event) => {
      this.#position = number(parse(event)['position']) ?? this.#position
      this.#broadcast({ type: 'reload' })
    })
    for (const name of [...loggedEvents, ...passingEvents])
      source.addEventListener(name, (event) => this.#event(name, event))
    source.addEventListener('error', () => {
      if (this.#source !== source) return
      // an elder who moved out of scope must not cost the desk its alarms: the next try asks for alarms alone
      if (!this.#open && this.#topics.includes('elder:')) this.#withElders = false
      this.#failed(performance.now())
    })
  }

  #heartbeat(data: LiveData): void {
    const opened = !this.#open
    this.#open = true
    this.#attempt = 0
    this.#heardAt = performance.now()
    const at = typeof data['at'] === 'string' ? Date.parse(data['at']) : NaN
    if (Number.isFinite(at)) {
      this.#confirmedAt = at
      this.#clockOffset = this.#offset.heard(at, Date.now())
    }
    this.#position = Math.max(this.#position ?? 0, number(data['position']) ?? 0)
    if (opened) this.#beatSoon()
    this.#tell()
  }

  #event(name: LiveName, event: MessageEvent): void {
    const data = parse(event)
    const position = number(data['position'])
    if (position !== null) this.#position = Math.max(this.#position ?? 0, position)
    this.#broadcast({ type: 'event', name, position, data })
    // rights that changed begin with a stream of their own: the pages ask anew who they are
    if (name === 'session.changed') this.#end()
  }

  #failed(now: number): void {
    this.#close()
    this.#retryAt = now + backOff(this.#attempt++, Math.random())
    this.#tell()
  }

  #close(): void {
    this.#source?.close()
    this.#source = null
    this.#open = false
  }

  /** What makes this seat present has changed: the desk is told now, not in five seconds. */
  #beatSoon(): void {
    if (this.#signedIn && this.#holdsSeat) void this.#beat(performance.now()).then(() => this.#tell())
  }

  async #beat(now: number): Promise<void> {
    this.#beatAt = now
    const armed = this.#speaker() !== null
    const answer = await this.#seat.beat(armed, this.#phase(now) === 'live')
    if (answer === 'signed-out') this.#end()
  }

  #speaker(): Listener | null {
    return speaker([...this.#listeners], performance.now())
  }

  #tell(): void {
    const now = performance.now()
    const speaks = this.#speaker()
    const seat = this.#seat.known
    const outside: Outside | null = seat?.outside ?? null
    const state = {
      phase: this.#phase(now),
      confirmedAt: this.#confirmedAt,
      offset: this.#clockOffset,
      seatId: this.#seat.id,
      seatArmed: speaks !== null,
      presentSeats: seat?.presentSeats ?? null,
      outside,
    }
    for (const listener of this.#listeners) {
      if (now - listener.answeredAt > TAB_GONE_AFTER_MS * 5) this.#listeners.delete(listener)
      listener.tell({ type: 'link', state, speaker: listener === speaks })
    }
  }

  #broadcast(message: ToPage): void {
    for (const listener of this.#listeners) listener.tell(message)
  }
}

function parse(event: Event): LiveData {
  if (!(event instanceof MessageEvent)) return {}
  const data: unknown = JSON.parse(String(event.data))
  return isRecord(data) ? data : {}
}

function isRecord(value: unknown): value is LiveData {
  return typeof value === 'object' && value !== null
}

function number(value: unknown): number | null {
  return typeof value === 'number' ? value : null
}
