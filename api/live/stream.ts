import type { ServerResponse } from 'node:http'
import { covers, type Scope } from '@anju/domain/access/scope'
import type { StoredEvent } from '@anju/prisma/log/tail'
import { eventFrame } from './frame.ts'
import type { Wanted } from './topics.ts'

/** A reader with more than this unread is not reading: it is dropped, and resumes or resets when it comes back. */
export const MAX_UNREAD_BYTES = 1024 * 1024

/** A reader that has taken nothing for this many heartbeats is gone, though its socket does not say so. */
const MAX_STALLED_BEATS = 10

export interface Listener {
  scope: Scope
  wanted: Wanted
  /** Whose stream it is: 'session:<id>' or 'key:<id>'; the stream ends when it ends. */
  owner: string
}

/** One client's stream. */
export class Stream {
  readonly listener: Listener
  readonly #response: ServerResponse
  /** The position of the last event this stream has passed, whether or not it was for this listener. */
  position: number
  #live = false
  #unread = { bytes: 0, beats: 0 }
  readonly #onDrop: (stream: Stream) => void

  constructor(listener: Listener, response: ServerResponse, position: number, onDrop: (stream: Stream) => void) {
    this.listener = listener
    this.#response = response
    this.position = position
    this.#onDrop = onDrop
  }

  get ended(): boolean {
    return this.#response.writableEnded || this.#response.destroyed
  }

  /** From now on `pass` delivers; before, the past is being read from the database. */
  goLive(): void {
    this.#live = true
  }

  /** Hands on an event of the log, framed once for everybody. Events that were already passed are not repeated. */
  pass(event: StoredEvent, frame: string): void {
    if (!this.#live || event.position <= this.position) return
    this.position = event.position
    if (this.#mayHear(event)) this.write(frame)
  }

  /** Events of the past, in order, before going live. */
  replay(events: readonly StoredEvent[]): void {
    for (const event of events) {
      this.position = event.position
      if (this.#mayHear(event)) this.write(eventFrame(event))
    }
  }

  write(frame: string): void {
    if (this.ended) return
    this.#response.write(frame)
    if (this.#response.writableLength > MAX_UNREAD_BYTES) this.drop()
  }

  /** The 3 s heartbeat; also notices a reader that stopped taking anything. */
  beat(frame: string): void {
    const bytes = this.#response.writableLength
    this.#unread = { bytes, beats: bytes > 0 && bytes >= this.#unread.bytes ? this.#unread.beats + 1 : 0 }
    if (this.#unread.beats >= MAX_STALLED_BEATS) this.drop()
    else this.write(frame)
  }

  /** Waits until the reader has taken most of what it was sent; used while reading the past. */
  async drained(timeoutMs: number): Promise<void> {
    if (this.ended || !this.#response.writableNeedDrain) return
    await new Promise<void>((resolve) => {
      const done = () => {
        clearTimeout(timer)
        this.#response.off('drain', done).off('close', done)
        resolve()
      }
      const timer = setTimeout(() => {
        this.drop()
        done()
      }, timeoutMs)
      this.#response.on('drain', done).on('close', done)
    })
  }

  /** Ends it in good order; the client may come back. */
  end(lastFrame = ''): void {
    if (!this.ended) this.#response.end(lastFrame)
  }

  /** Cuts off a reader that does not read: what it has not taken is thrown away. */
  drop(): void {
    if (this.ended) return
    this.#response.destroy()
    this.#onDrop(this)
  }

  /** Whether something in this area, of this kind, is for this listener. */
  hears(topic: string, areaPath: string | null): boolean {
    return areaPath !== null && this.listener.wanted.topics.has(topic) && covers(this.listener.scope, areaPath)
  }

  /** Of what belongs to one provider, another provider's own hear nothing. */
  #mayHear(event: StoredEvent): boolean {
    const { providerId } = this.listener.scope
    const others = providerId !== null && 'providerId' in event.body && event.body['providerId'] !== providerId
    return !others && this.hears(event.topic, event.areaPath)
  }
}
