import type { Deps } from '../deps.ts'

/** What a number on a screen may lag behind devices that say what nobody is told of. */
const SHARED_FOR_MS = 1000

/**
 * A read that looks at every device, asked by many screens at once, is done once for all who may see the same: as long
 * as nothing was logged since it began, and no longer than a second.
 */
export class SharedReads<T> {
  readonly #deps: Pick<Deps, 'reads' | 'now'>
  readonly #kept = new Map<string, { head: bigint; at: number; value: Promise<T> }>()

  constructor(deps: Pick<Deps, 'reads' | 'now'>) {
    this.#deps = deps
  }

  /** `key` names the scope and all that is asked; whoever has the same key is answered the same. */
  async read(key: string, work: () => Promise<T>): Promise<T> {
    const head = (await this.#deps.reads.logHead.findFirst())?.position ?? 0n
    const at = this.#deps.now().getTime()
    for (const [each, kept] of this.#kept) {
      if (kept.head !== head || Math.abs(at - kept.at) > SHARED_FOR_MS) this.#kept.delete(each)
    }
    const kept = this.#kept.get(key)
    if (kept) return kept.value
    const value = work()
    const entry = { head, at, value }
    this.#kept.set(key, entry)
    value.catch(() => this.#kept.get(key) === entry && this.#kept.delete(key))
    return value
  }
}
