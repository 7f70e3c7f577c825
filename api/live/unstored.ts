import type { Logger } from 'pino'
import { Type, type Static } from 'typebox'
import { Value } from 'typebox/value'
import { faultOf } from '../problem.ts'
import { unloggedFrame } from './frame.ts'
import type { LiveHub } from './hub.ts'
import type { Stream } from './stream.ts'

/** What a gateway tells of a press it holds while the database is away (promise 11); `stored: true` takes it back. */
const Unstored = Type.Object({
  fact: Type.String(),
  deviceId: Type.String(),
  receivedAt: Type.String(),
  elderName: Type.Union([Type.String(), Type.Null()]),
  place: Type.String(),
  areaPath: Type.String(),
  stored: Type.Boolean(),
})
type Unstored = Static<typeof Unstored>

const RETRY_MS = 1_000
/** A gateway says an empty line every few seconds; a line this long still is dead, though its socket does not say so. */
const DEAD_AFTER_MS = 30_000
/** A gateway that died cannot take its presses back; the device repeats them, and after this they are history. */
const KEPT_MS = 600_000

/** Keeps a connection to every gateway and passes on its presses that are not yet stored, without the database. */
export class UnstoredPresses {
  readonly #urls: readonly string[]
  readonly #token: string
  readonly #hub: LiveHub
  readonly #log: Logger
  readonly #abort = new AbortController()
  readonly #waiting = new Map<string, Unstored>()
  #running: Promise<unknown> = Promise.resolve()

  constructor(options: { urls: readonly string[]; token: string; hub: LiveHub; log: Logger }) {
    this.#urls = options.urls
    this.#token = options.token
    this.#hub = options.hub
    this.#log = options.log
  }

  start(): void {
    this.#running = Promise.all(this.#urls.map((url) => this.#follow(url)))
  }

  async stop(): Promise<void> {
    this.#abort.abort()
    await this.#running
  }

  /** What a stream that opens now must know. */
  greet(stream: Stream, now: Date): void {
    for (const [fact, press] of this.#waiting) {
      if (now.getTime() - new Date(press.receivedAt).getTime() > KEPT_MS) this.#waiting.delete(fact)
      else if (stream.hears('alarm', press.areaPath)) stream.write(frameOf(press))
    }
  }

  async #follow(url: string): Promise<void> {
    const { signal } = this.#abort
    while (!signal.aborted) {
      try {
        await this.#listen(url, signal)
      } catch (error) {
        if (!signal.aborted) this.#log.debug({ gateway: url, fault: faultOf(error) }, 'no line to the gateway')
      }
      if (!signal.aborted) await pause(RETRY_MS, signal)
    }
  }

  async #listen(url: string, stopped: AbortSignal): Promise<void> {
    const dead = new AbortController()
    const watch = setTimeout(() => dead.abort(), DEAD_AFTER_MS)
    try {
      const response = await fetch(`${url}/internal/unstored`, {
        headers: { authorization: `Bearer ${this.#token}` },
        signal: AbortSignal.any([stopped, dead.signal]),
      })
      if (!response.ok || !response.body) throw new Error(`the gateway answered ${response.status}`)
      for await (const line of lines(response.body)) {
        watch.refresh()
        this.#take(line)
      }
    } finally {
      clearTimeout(watch)
    }
  }

  #take(line: string): void {
    const press = parse(line)
    if (!press) return
    if (press.stored) this.#waiting.delete(press.fact)
    else this.#waiting.set(press.fact, press)
    this.#hub.tell(frameOf(press), (stream) => stream.hears('alarm', press.areaPath))
  }
}

function frameOf({ fact, deviceId, receivedAt, elderName, place, stored }: Unstored): string {
  return unloggedFrame('press.unstored', { fact, deviceId, receivedAt, elderName, place, stored })
}

/** One JSON value a line, as it is or after SSE's `data:`; comments and other fields are nothing. */
function parse(line: string): Unstored | null {
  const text = line.startsWith('data:') ? line.slice(5) : line
  if (!text.trimStart().startsWith('{')) return null
  try {
    const value: unknown = JSON.parse(text)
    return Value.Check(Unstored, value) ? value : null
  } catch {
    return null
  }
}

/** A gateway is ours, but a line of it has an end all the same. */
const MAX_LINE = 64 * 1024

async function* lines(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const text = new TextDecoder()
  let rest = ''
  for await (const chunk of body) {
    const parts = (rest + text.decode(chunk, { stream: true })).split('\n')
    rest = parts.pop() ?? ''
    if (rest.length > MAX_LINE) throw new Error('a line without end')
    yield* parts
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms)
    function done(): void {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    signal.addEventListener('abort', done)
  })
}
