import { Intent } from '../api/intent.svelte.ts'
import type { Problem } from '../api/shapes.ts'

/** A field that two people changed at once: what it was, what each made of it, and whose is to be saved. */
export type Clash = { field: string; was: unknown; theirs: unknown; mine: unknown; choice: 'mine' | 'theirs' }
/** Whose change was the last, as far as it is known. */
export type LastChange = { at: string; user: { name: string } | null }
export type Conflict = {
  lastChange: LastChange | null
  clashes: Clash[]
  theirsAlone: { field: string; theirs: unknown }[]
}
/** Somebody else saved first: what stands now, and whose change it was. */
type ChangedMeanwhile<Current> = Problem & { current: Current; lastChange: LastChange | null }

export function isChangedMeanwhile<Current>(problem: Problem | null): problem is ChangedMeanwhile<Current> {
  return problem?.code === 'changed-meanwhile' && 'current' in problem
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)

/** A plain copy of what a rune holds. */
function plain<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T
}

type About<Fields, Current> = {
  /** The fields of this form, as the file says them. */
  read: (current: Current) => Fields
  versionOf: (current: Current) => number
  method: 'PATCH' | 'PUT'
  path: string
  /** What is sent for the fields that differ. */
  body: (changed: Partial<Fields>, version: number) => unknown
}

/**
 * What a person has typed over a file, until it is saved. Where somebody else saved first, both are held beside each
 * other field by field: nothing typed is lost, and nothing of the other's is overwritten unseen. `Saved` is what the
 * platform answers; `Current` as much of it as it tells with a refusal.
 */
export class Draft<Fields extends object, Current, Saved extends Current = Current> {
  typed: Fields
  conflict = $state.raw<Conflict | null>(null)
  readonly #intent = new Intent()
  readonly #about: About<Fields, Current>
  #base: Fields
  #version: number

  constructor(current: Current, about: About<Fields, Current>) {
    this.#about = about
    this.#base = $state.raw(about.read(current))
    this.#version = about.versionOf(current)
    this.typed = $state(plain(this.#base))
  }

  get pending(): boolean {
    return this.#intent.pending
  }
  get problem(): Problem | null {
    return this.#intent.problem?.code === 'changed-meanwhile' ? null : this.#intent.problem
  }
  get changed(): Partial<Fields> {
    const changed: Partial<Fields> = {}
    for (const field in this.#base) {
      if (!same(this.typed[field], this.#base[field])) changed[field] = plain(this.typed[field])
    }
    return changed
  }
  get dirty(): boolean {
    return Object.keys(this.changed).length > 0
  }

  /** @returns the file as saved; null when refused (see `problem`) or when somebody else saved first (see `conflict`) */
  async save(): Promise<Saved | null> {
    const { method, path, body } = this.#about
    const saved = await this.#intent.send<Saved>(method, path, body(this.changed, this.#version))
    if (saved !== null) return saved
    const { problem } = this.#intent
    if (isChangedMeanwhile<Current>(problem)) this.#meet(problem.current, problem.lastChange)
    return null
  }

  #meet(current: Current, lastChange: LastChange | null): void {
    const theirs = this.#about.read(current)
    const clashes: Clash[] = []
    const theirsAlone: Conflict['theirsAlone'] = []
    for (const field in theirs) {
      const [was, mine, now] = [this.#base[field], plain(this.typed[field]), theirs[field]]
      if (same(was, now) || same(mine, now)) continue
      if (same(was, mine)) {
        this.typed[field] = now
        theirsAlone.push({ field, theirs: now })
      } else clashes.push({ field, was, theirs: now, mine, choice: 'mine' })
    }
    this.#base = theirs
    this.#version = this.#about.versionOf(current)
    this.conflict = { lastChange, clashes, theirsAlone }
  }

  choose(field: string, choice: 'mine' | 'theirs'): void {
    if (this.conflict === null) return
    const clashes = this.conflict.clashes.map((clash) => (clash.field === field ? { ...clash, choice } : clash))
    this.conflict = { ...this.conflict, clashes }
    const chosen = clashes.find((clash) => clash.field === field)
    if (chosen) Object.assign(this.typed, { [field]: plain(chosen[choice]) })
  }
}
