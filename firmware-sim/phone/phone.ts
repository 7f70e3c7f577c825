import { EventEmitter } from 'node:events'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { Backoff, type BackoffOptions } from '../backoff.ts'
import type { Clock } from '../clock.ts'
import { readOrEmpty, writeDurably } from '../disk.ts'
import { seeded, type Random } from '../random.ts'
import { type Fact, PhoneOutbox } from './outbox.ts'
import { type Answer, asTold, codeOf, NotAnswered, Site } from './site.ts'
import type { List, Visit } from './told.ts'

/** Where a phone believes it is, WGS-84; `accuracyM` is the radius it admits to. */
export type Position = { lat: number; lon: number; accuracyM: number }

export type PhoneOptions = {
  /** The platform's address, as its QR code says. */
  site: string
  /** Its storage. */
  folder: string
  /** What the phone shows as the time; it may be wrong. */
  clock: Clock
  /** Time of the network. */
  network: Clock
  seed: number
  /** Gives it chances of its own. */
  name: string
  /** Chances that a request, or its answer, is lost under way. */
  air?: { loss: number; answerLoss: number }
  backoff?: BackoffOptions
}

/** What the browser keeps of its people: who they are, and the PIN in their heads. */
type Kept = { phoneId: string; cookies: Record<string, string>; people: { id: string; pin: string }[] }

const agents = [
  'Mozilla/5.0 (Linux; Android 13; V2203A) AppleWebKit/537.36 Chrome/124.0 Mobile Safari/537.36',
  'Mozilla/5.0 (Linux; Android 10; JKM-AL00b) AppleWebKit/537.36 Chrome/109.0 Mobile Safari/537.36',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile/15E148 Safari/604.1',
] as const
/** A thumb pulls the page down again a few times. */
const lookAgain = 5
const usualBackoff: BackoffOptions = { minMs: 2_000, maxMs: 60_000 }
/** What bears the phone's number and its own in what it says, and what says when in other words. */
const numbered: ReadonlySet<string> = new Set(['presence', 'reading', 'photo', 'signature'])
const untimed: ReadonlySet<string> = new Set(['photo', 'signature'])

/**
 * A caregiver's phone with its browser, as the platform's own pages use it: taken into use by a one-time link (the QR
 * code), signed in by PIN, holding its day; what is said on it is kept on its disk first and sent second, in order, once,
 * however weak the radio and wrong its clock.
 */
export class Phone {
  readonly name: string
  readonly clock: Clock
  readonly random: Random
  /** null: its owner has switched that off. */
  position: Position | null = null
  /** Sent and refused for good: what a caregiver sees in red. */
  readonly refused: { fact: Fact; code: string }[] = []
  readonly events = new EventEmitter<{ sent: [Fact, unknown]; refused: [Fact, string]; change: [] }>()
  readonly #o: PhoneOptions
  readonly #site: Site
  readonly #outbox: PhoneOutbox
  readonly #keptAt: string
  readonly #kept: Kept
  readonly #over = new AbortController()
  readonly #backoff: Backoff
  #covered = true
  #userId: string | null
  #day: Visit[] = []
  #sending: Promise<void> | undefined
  #wake = new AbortController()

  constructor(options: PhoneOptions) {
    this.#o = options
    this.name = options.name
    this.clock = options.clock
    this.random = seeded(options.seed, `phone/${options.name}`)
    this.#backoff = new Backoff(this.random, options.backoff ?? usualBackoff)
    mkdirSync(options.folder, { recursive: true })
    this.#keptAt = join(options.folder, 'phone.json')
    const text = readOrEmpty(this.#keptAt)
    this.#kept = text === '' ? { phoneId: crypto.randomUUID(), cookies: {}, people: [] } : written(text)
    const agent = agents[this.random.whole(0, agents.length - 1)] ?? agents[0]
    this.#site = new Site(options.site, agent, this.#kept.cookies)
    this.#outbox = new PhoneOutbox(options.folder)
    this.#userId = this.#kept.people[0]?.id ?? null
  }

  /** Whether somebody has taken it into use. */
  get joined(): boolean {
    return this.#kept.people.length > 0
  }

  get covered(): boolean {
    return this.#covered
  }

  /** In a stairwell, a valley, or outside again. */
  set covered(covered: boolean) {
    this.#covered = covered
    if (covered) this.#hurry()
  }

  get waiting(): readonly Fact[] {
    return this.#outbox.waiting
  }

  /** Opens the QR code's one-time link, chooses a PIN, and is signed in. A second link adds a second person. */
  async join(link: string): Promise<void> {
    const token = new URL(link).hash.slice(1)
    await this.#must('/api/phone/link', { token })
    const pin = somePin(this.random)
    const { user, phoneId } = await this.#must<{ user: { id: string }; phoneId: string }>('/api/phone/join', {
      token,
      pin,
      phoneId: this.#kept.phoneId,
    })
    this.#kept.phoneId = phoneId
    this.#kept.people = [{ id: user.id, pin }, ...this.#kept.people.filter(({ id }) => id !== user.id)]
    this.#userId = user.id
    this.#write()
    this.#hurry()
  }

  /** Another of its people takes it up: the newest first. */
  async takeUp(n: number): Promise<void> {
    this.#userId = this.#kept.people[n]?.id ?? null
    await this.#signIn()
  }

  /** By PIN: it is in their heads. */
  async #signIn(): Promise<boolean> {
    const person = this.#kept.people.find(({ id }) => id === this.#userId)
    if (!person) return false
    const answer = await this.#ask('/api/phone/session', { userId: person.id, pin: person.pin })
    if (answer.status === 200) this.#write()
    return answer.status === 200
  }

  /** Its caregiver's own visits; where there is no signal, those it held last. */
  async day(from: Date, to: Date): Promise<Visit[]> {
    const path = `/api/phone/day?from=${from.toISOString()}&to=${to.toISOString()}`
    let answer = await this.#ask(path)
    if (answer.status === 401 && (await this.#signIn())) answer = await this.#ask(path)
    for (let tries = 0; answer.status === 0 && this.#covered && tries < lookAgain; tries++) {
      await this.#rest(this.#backoff.next())
      answer = await this.#ask(path)
    }
    this.#backoff.reset()
    if (answer.status === 200) {
      this.#day = asTold<List<{ visit: Visit }>>(answer.body).items.map(({ visit }) => visit)
    } else if (answer.status !== 0) throw new NotAnswered(path, answer)
    return this.#day
  }

  /** Keeps a fact, with this phone's clock; it is sent when it can be. Answers its key. */
  say(kind: string, visitId: string | null, path: string, body: Record<string, unknown>, fileFrom?: string): string {
    const key = crypto.randomUUID()
    const at = new Date(this.clock.now()).toISOString()
    this.#outbox.keep({
      key,
      userId: this.#userId ?? '',
      kind,
      visitId,
      path,
      body: {
        ...body,
        ...(numbered.has(kind) ? { phoneId: this.#kept.phoneId, key } : {}),
        ...(untimed.has(kind) ? { takenAt: at } : { deviceAt: at }),
      },
      ...(fileFrom === undefined ? {} : { fileFrom }),
    })
    this.#hurry()
    return key
  }

  /** The address a tag opened is posted, with where the phone is. */
  tap(url: string, of: { visitId?: string; part?: 'begin' | 'end' } = {}): string {
    return this.say('presence', of.visitId ?? null, '/api/presences', { way: 'tag', url, ...of, ...this.#where() })
  }

  /** Nothing could be read: it is typed in, with a reason. */
  type(visitId: string, part: 'begin' | 'end', reasonCode: string, note = ''): string {
    const said = { way: 'typed', visitId, part, reasonCode, ...(note === '' ? {} : { note }), ...this.#where() }
    return this.say('presence', visitId, '/api/presences', said)
  }

  /** Resolves when nothing waits any more, or the phone is switched off. */
  async settled(): Promise<void> {
    while (this.#outbox.waiting.length > 0 && !this.#over.signal.aborted) {
      await new Promise<void>((resolve) => this.events.once('change', resolve))
    }
  }

  async stop(): Promise<void> {
    this.#over.abort()
    this.#wake.abort()
    this.events.emit('change')
    await this.#sending
  }

  #where(): Record<string, unknown> {
    if (this.position === null) return { noPosition: 'position-denied' }
    const { lat, lon, accuracyM } = this.position
    return { position: { lat, lon, accuracyM, system: 'wgs84' } }
  }

  /** Looks at once at what waits. */
  #hurry(): void {
    this.#wake.abort()
    this.#wake = new AbortController()
    this.#sending ??= this.#send().finally(() => {
      this.#sending = undefined
      // said while the last of the others was being answered
      if (this.#outbox.waiting.length > 0 && this.#covered && !this.#over.signal.aborted) this.#hurry()
    })
  }

  async #send(): Promise<void> {
    while (!this.#over.signal.aborted) {
      const fact = this.#outbox.waiting[0]
      if (!fact || !this.#covered) return
      const answer = await this.#sendOne(fact)
      if (answer.status >= 200 && answer.status < 300) {
        this.#backoff.reset()
        this.#outbox.done(fact, idIn(answer.body))
        this.events.emit('sent', fact, answer.body)
        this.events.emit('change')
      } else if (answer.status === 401) {
        if (!(await this.#signIn())) await this.#rest(this.#backoff.next())
      } else if (answer.status === 0 || answer.status >= 500 || [408, 425, 429].includes(answer.status)) {
        await this.#rest(answer.retryAfterS === undefined ? this.#backoff.next() : answer.retryAfterS * 1_000)
      } else {
        const code = codeOf(answer.body)
        this.#outbox.done(fact, null)
        this.refused.push({ fact, code })
        this.events.emit('refused', fact, code)
        this.events.emit('change')
      }
    }
  }

  #sendOne(fact: Fact): Promise<Answer> {
    const { kind, path, key, body, fileFrom } = fact
    // a presence is once by its own number: its body says another time of sending each time
    if (kind === 'presence') return this.#ask(path, { ...body, sentAt: new Date(this.clock.now()).toISOString() })
    if (fileFrom === undefined) return this.#ask(path, body, key)
    const signed = typeof body.signed === 'object' ? body.signed : {}
    return this.#ask(path, { ...body, signed: { ...signed, fileId: this.#outbox.idOf(fileFrom) } }, key)
  }

  async #rest(ms: number): Promise<void> {
    await this.#o.network.sleep(ms, AbortSignal.any([this.#over.signal, this.#wake.signal]))
  }

  async #must<T>(path: string, body: unknown): Promise<T> {
    const answer = await this.#ask(path, body)
    if (answer.status < 200 || answer.status >= 300) throw new NotAnswered(path, answer)
    return asTold<T>(answer.body)
  }

  /** Through the air: a request may be lost, or be heard and its answer lost. */
  async #ask(path: string, body?: unknown, key?: string): Promise<Answer> {
    const { loss, answerLoss } = this.#o.air ?? { loss: 0, answerLoss: 0 }
    if (!this.#covered || this.random.next() < loss) return { status: 0, body: undefined }
    const method = body === undefined ? 'GET' : 'POST'
    const answer = await this.#site.ask(path, {
      method,
      ...(body === undefined ? {} : { body }),
      ...(key === undefined ? {} : { key }),
    })
    return this.random.next() < answerLoss ? { status: 0, body: undefined } : answer
  }

  #write(): void {
    this.#kept.cookies = this.#site.cookies
    writeDurably(this.#keptAt, JSON.stringify(this.#kept))
  }
}

/** Six digits that are no date and no run. */
function somePin(random: Random): string {
  const digits = [random.whole(2, 9), random.whole(0, 9), random.whole(0, 9)]
  const [a = 0, b = 0, c = 0] = digits
  return [a, b, c, (c + 3) % 10, (a + 5) % 10, (b + 7) % 10].join('')
}

function idIn(body: unknown): string | null {
  return typeof body === 'object' && body !== null && 'id' in body && typeof body.id === 'string' ? body.id : null
}

// Of the shape that this file wrote.
// eslint-disable-next-line @typescript-eslint/no-unsafe-return
const written = (text: string): Kept => JSON.parse(text)
