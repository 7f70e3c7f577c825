import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { readOrEmpty, writeDurably } from '../disk.ts'

/** Something that was said on the phone, as it will be sent. */
export type Fact = {
  key: string
  userId: string
  kind: string
  visitId: string | null
  path: string
  body: Record<string, unknown>
  /** The fact whose answer's id goes into this one's `signed.fileId`. */
  fileFrom?: string
}

type Kept = { waiting: Fact[]; ids: [key: string, id: string][] }

/** Answers are needed by what was said right after them. */
const idsKept = 50

/** What waits in a phone to be sent, in the order it was said, on its disk: a battery that runs out loses nothing. */
export class PhoneOutbox {
  readonly #path: string
  readonly #kept: Kept

  constructor(folder: string) {
    mkdirSync(folder, { recursive: true })
    this.#path = join(folder, 'outbox.json')
    const text = readOrEmpty(this.#path)
    this.#kept = text === '' ? { waiting: [], ids: [] } : written(text)
  }

  get waiting(): readonly Fact[] {
    return this.#kept.waiting
  }

  keep(fact: Fact): void {
    this.#kept.waiting.push(fact)
    this.#write()
  }

  /** It was answered, or refused for good. `id`: what the answer named. */
  done({ key }: Fact, id: string | null): void {
    this.#kept.waiting = this.#kept.waiting.filter((fact) => fact.key !== key)
    if (id !== null) this.#kept.ids = [...this.#kept.ids, [key, id] satisfies [string, string]].slice(-idsKept)
    this.#write()
  }

  /** What the answer to that fact named. */
  idOf(key: string): string | null {
    return this.#kept.ids.find(([of]) => of === key)?.[1] ?? null
  }

  #write(): void {
    writeDurably(this.#path, JSON.stringify(this.#kept))
  }
}

/** Written by this very file. */
// eslint-disable-next-line @typescript-eslint/no-unsafe-return
const written = (text: string): Kept => JSON.parse(text)
