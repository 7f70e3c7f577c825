import type { Worklist, WorklistRow } from '@anju/api/credential/schema'
import { problemOf, request } from '../api/request.ts'
import type { Problem } from '../api/shapes.ts'

/** What runs out and what is missing, page by page, with how much there is of each. */
export class CredentialWorklist {
  items = $state.raw<readonly WorklistRow[]>([])
  counts = $state.raw<Worklist['counts'] | null>(null)
  next = $state<string | null>(null)
  loading = $state(false)
  loaded = $state(false)
  problem = $state.raw<Problem | null>(null)
  #path = ''
  #run = 0

  open(path: string): Promise<void> {
    this.#path = path
    this.loaded = false
    this.items = []
    return this.#read(null)
  }
  more(): Promise<void> {
    return this.next === null || this.loading ? Promise.resolve() : this.#read(this.next)
  }
  retry(): Promise<void> {
    return this.#read(this.items.length > 0 ? this.next : null)
  }

  async #read(cursor: string | null): Promise<void> {
    const run = ++this.#run
    this.loading = true
    this.problem = null
    try {
      const page = await request<Worklist>(cursor === null ? this.#path : `${this.#path}&cursor=${cursor}`)
      if (run !== this.#run) return
      this.items = cursor === null ? page.items : [...this.items, ...page.items]
      this.counts = page.counts
      this.next = page.next
      this.loaded = true
    } catch (thrown) {
      if (run === this.#run) this.problem = problemOf(thrown)
    } finally {
      if (run === this.#run) this.loading = false
    }
  }
}
