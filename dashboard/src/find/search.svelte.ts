import { problemOf, request } from '../api/request.ts'
import type { Page, Problem } from '../api/shapes.ts'

/** Long enough to let a syllable be finished, short enough to feel like no waiting. */
const PAUSE_MS = 120

/** What is found while one types: what was found before stays until the new is there. */
export class Search<Row> {
  items = $state.raw<readonly Row[]>([])
  next = $state<string | null>(null)
  loading = $state(false)
  loaded = $state(false)
  problem = $state.raw<Problem | null>(null)
  /** The words of what is shown, which may be older than what is typed. */
  shownFor = $state('')
  readonly #list: string
  readonly #limit: number
  #asked: readonly (readonly [string, string])[] = []
  #search = ''
  #run = 0
  #timer: ReturnType<typeof setTimeout> | undefined

  /** @param list the path of the list, which takes `search`, `limit` and `cursor`; people's are kept out of addresses */
  constructor(list: string, limit: number) {
    this.#list = list
    this.#limit = limit
  }

  /** Looks for this as soon as typing pauses. */
  soon(search: string, narrowing: Readonly<Record<string, string>> = {}): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.#now(search, narrowing), this.loaded ? PAUSE_MS : 0)
  }

  async #now(search: string, narrowing: Readonly<Record<string, string>>): Promise<void> {
    this.#asked = Object.entries({ search, ...narrowing }).filter(([, value]) => value !== '')
    this.#search = search
    await this.#read(null)
  }

  /** Forgets what was found and what is still on its way. */
  clear(): void {
    clearTimeout(this.#timer)
    this.#run++
    this.items = []
    this.next = null
    this.loaded = false
    this.loading = false
    this.problem = null
  }

  async more(): Promise<void> {
    if (this.next !== null && !this.loading) await this.#read(this.next)
  }

  retry(): Promise<void> {
    return this.#read(null)
  }

  async #read(cursor: string | null): Promise<void> {
    const run = ++this.#run
    this.loading = true
    this.problem = null
    const search = this.#search
    try {
      const page = await this.#page(cursor === null ? this.#asked : [...this.#asked, ['cursor', cursor]])
      if (run !== this.#run) return
      this.items = cursor === null ? page.items : [...this.items, ...page.items]
      this.next = page.next
      this.shownFor = search
      this.loaded = true
    } catch (thrown) {
      if (run === this.#run) this.problem = problemOf(thrown)
    } finally {
      if (run === this.#run) this.loading = false
    }
  }

  #page(asked: readonly (readonly [string, string])[]): Promise<Page<Row>> {
    if (this.#list === '/api/elders') {
      const body = { limit: this.#limit, ...Object.fromEntries(asked) }
      return request(`${this.#list}/search`, { method: 'POST', body })
    }
    const query = new URLSearchParams([['limit', String(this.#limit)], ...asked.map(([name, value]) => [name, value])])
    return request(`${this.#list}?${query}`)
  }
}
