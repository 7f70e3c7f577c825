import { problemOf, request } from './request.ts'
import type { Page, Problem } from './shapes.ts'

/** A list read page by page: empty, loading, failed and ended are all states a screen must show. */
export class Pages<T> {
  items = $state.raw<readonly T[]>([])
  next = $state<string | null>(null)
  loading = $state(false)
  loaded = $state(false)
  problem = $state.raw<Problem | null>(null)
  #path = ''
  /** Sent with every page. */
  headers: Record<string, string> = {}
  #run = 0
  #refreshing = false
  #again = false

  /** Reads the first page of another list, or of the same anew. `path` may hold a query, not `cursor`. */
  async open(path: string): Promise<void> {
    this.#path = path
    this.loaded = false
    this.next = null
    this.items = []
    await this.#read(null)
  }

  async more(): Promise<void> {
    if (this.next !== null && !this.loading) await this.#read(this.next)
  }

  retry(): Promise<void> {
    return this.#read(this.items.length > 0 ? this.next : null)
  }

  /** Reads the first page anew under what is shown, and puts the newcomers on top: nothing else moves. */
  async refresh(idOf: (item: T) => string): Promise<void> {
    if (this.#refreshing) {
      this.#again = true
      return
    }
    this.#refreshing = true
    const run = this.#run
    const path = this.#path
    try {
      const page = await request<Page<T>>(path, { headers: this.headers })
      if (run !== this.#run) return
      const fresh = new Set(page.items.map(idOf))
      // where one page holds all, what is not in it is gone
      const kept = page.next === null ? [] : this.items.filter((item) => !fresh.has(idOf(item)))
      // the first page as it is now; what lay below it as it was
      this.items = [...page.items, ...kept]
      if (kept.length === 0) this.next = page.next
      this.loaded = true
      this.problem = null
    } catch {
      // what is shown stays; the link's own state says when it is stale
    } finally {
      this.#refreshing = false
      const again = this.#again
      this.#again = false
      if (again) void this.refresh(idOf)
    }
  }

  async #read(cursor: string | null): Promise<void> {
    const run = ++this.#run
    this.loading = true
    this.problem = null
    const joint = this.#path.includes('?') ? '&' : '?'
    const path = cursor === null ? this.#path : `${this.#path}${joint}cursor=${encodeURIComponent(cursor)}`
    try {
      const page = await request<Page<T>>(path, { headers: this.headers })
      if (run !== this.#run) return
      this.items = cursor === null ? page.items : [...this.items, ...page.items]
      this.next = page.next
      this.loaded = true
    } catch (thrown) {
      if (run === this.#run) this.problem = problemOf(thrown)
    } finally {
      if (run === this.#run) this.loading = false
    }
  }
}
