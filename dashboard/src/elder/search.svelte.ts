import { problemOf, request } from '../api/request.ts'
import type { Page, Problem } from '../api/shapes.ts'
import type { FoundElder } from './shapes.ts'

/** Long enough to let a syllable be finished, short enough to feel like no waiting. */
const PAUSE_MS = 120
const PAGE = 50

export type Wanted = { search: string; area: string; state: string }

/** Elders found while one types: what was found before stays until the new is there. */
export class Search {
  items = $state.raw<readonly FoundElder[]>([])
  next = $state<string | null>(null)
  loading = $state(false)
  loaded = $state(false)
  problem = $state.raw<Problem | null>(null)
  /** The words of what is shown, which may be older than what is typed. */
  shownFor = $state('')
  readonly #limit: number
  #path = ''
  #search = ''
  #run = 0
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(limit: number = PAGE) {
    this.#limit = limit
  }

  /** Looks for this as soon as typing pauses. */
  soon(wanted: Wanted): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.now(wanted), this.loaded ? PAUSE_MS : 0)
  }

  async now({ search, area, state }: Wanted): Promise<void> {
    clearTimeout(this.#timer)
    const query = new URLSearchParams({ limit: String(this.#limit) })
    if (search !== '') query.set('search', search)
    if (area !== '') query.set('area', area)
    if (state !== '') query.set('state', state)
    this.#path = `/api/elders?${query}`
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
      const page = await request<Page<FoundElder>>(cursor === null ? this.#path : `${this.#path}&cursor=${cursor}`)
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
}
