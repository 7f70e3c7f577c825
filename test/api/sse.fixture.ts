import { get, type IncomingMessage } from 'node:http'

export interface Frame {
  id: string | null
  event: string
  data: any
}

/** An event stream as a client sees it. `stall()` stops reading, as a stuck browser does. */
export class EventReader {
  readonly frames: Frame[] = []
  readonly status: number
  closed = false
  readonly #response: IncomingMessage
  #wake: (() => void)[] = []
  #rest = ''

  private constructor(response: IncomingMessage) {
    this.#response = response
    this.status = response.statusCode ?? 0
    response.setEncoding('utf8')
    response.on('data', (chunk: string) => this.#take(chunk))
    const end = () => {
      this.closed = true
      this.#poke()
    }
    response.on('end', end)
    response.on('close', end)
    response.on('error', end)
  }

  static open(url: string, headers: Record<string, string>): Promise<EventReader> {
    return new Promise((resolve, reject) => {
      get(url, { headers, agent: false }, (response) => resolve(new EventReader(response))).on('error', reject)
    })
  }

  stall(): void {
    this.#response.pause()
  }

  resume(): void {
    this.#response.resume()
  }

  close(): void {
    this.#response.destroy()
  }

  /** The first frame, from the `from`th on, that fits; waits for it. */
  async next(fits: (frame: Frame) => boolean, from = 0): Promise<Frame> {
    for (;;) {
      const found = this.frames.slice(from).find(fits)
      if (found) return found
      if (this.closed) throw new Error(`the stream ended; had ${JSON.stringify(this.frames)}`)
      await this.#changed()
    }
  }

  async ended(): Promise<void> {
    while (!this.closed) await this.#changed()
  }

  /** The logged events so far. */
  get logged(): Frame[] {
    return this.frames.filter((frame) => frame.id !== null)
  }

  #changed(): Promise<void> {
    return new Promise((resolve) => this.#wake.push(resolve))
  }

  #poke(): void {
    for (const wake of this.#wake.splice(0)) wake()
  }

  #take(chunk: string): void {
    const parts = (this.#rest + chunk).split('\n\n')
    this.#rest = parts.pop() ?? ''
    for (const part of parts) {
      const field = (name: string) =>
        part
          .split('\n')
          .find((line) => line.startsWith(`${name}: `))
          ?.slice(name.length + 2)
      const data = field('data')
      if (data !== undefined) {
        this.frames.push({ id: field('id') ?? null, event: field('event') ?? '', data: JSON.parse(data) })
      }
    }
    this.#poke()
  }
}
