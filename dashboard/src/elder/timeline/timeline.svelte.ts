import { problemOf, request } from '../../api/request.ts'
import type { Problem, TimelineEntry, TimelineKind } from '../../api/shapes.ts'

type Answer = { items: TimelineEntry[]; next: string | null; newer: string | null }

/** What a person filters by; each stands for one or more kinds of entry. */
export const groups = {
  alarm: ['press', 'alarm'],
  reading: ['reading'],
  tap: ['tap'],
  visit: ['visit'],
  device: ['trouble', 'device'],
  change: ['change'],
  service: ['call', 'care-check', 'referral'],
  away: ['absence', 'move'],
} as const satisfies Record<string, readonly TimelineKind[]>
export type Group = keyof typeof groups
export const groupNames: readonly Group[] = ['alarm', 'reading', 'visit', 'tap', 'device', 'change', 'service', 'away']

export const idOf = (entry: TimelineEntry): string => `${entry.kind} ${entry.id} ${entry.at}`
const PAGE = 40

/** What happened around an elder, read page by page in both directions from the newest or from a month. */
export class Timeline {
  items = $state.raw<readonly TimelineEntry[]>([])
  /** Cursors of what lies before and after. */
  next = $state<string | null>(null)
  newer = $state<string | null>(null)
  loading = $state(false)
  loaded = $state(false)
  problem = $state.raw<Problem | null>(null)
  chosen = $state.raw<readonly Group[]>([])
  /** 'YYYY-MM' that was jumped to; null: from the newest. */
  month = $state<string | null>(null)
  /** Sent with every page: why a file outside one's duty is opened. */
  headers: Record<string, string> = {}
  readonly #elderId: string
  #run = 0
  #refreshing = false
  #again = false

  constructor(elderId: string) {
    this.#elderId = elderId
  }

  toggle(group: Group | null): void {
    if (group === null) this.chosen = []
    else if (this.chosen.includes(group)) this.chosen = this.chosen.filter((other) => other !== group)
    else this.chosen = [...this.chosen, group]
    void this.open()
  }

  jump(month: string | null): void {
    this.month = month
    void this.open()
  }

  /** Reads anew, from the month chosen or from the newest. */
  async open(): Promise<void> {
    this.loaded = false
    this.items = []
    this.next = null
    this.newer = null
    await this.#read(this.month === null ? '' : `&until=${lastDay(this.month)}`, (page) => {
      this.items = page.items
      this.next = page.next
      this.newer = page.newer
    })
  }

  async more(): Promise<void> {
    if (this.next === null || this.loading) return
    await this.#read(`&cursor=${this.next}`, (page) => {
      this.items = [...this.items, ...page.items]
      this.next = page.next
    })
  }

  async moreNewer(): Promise<void> {
    if (this.newer === null || this.loading) return
    await this.#read(`&newer=${this.newer}`, (page) => {
      this.items = [...page.items, ...this.items]
      this.newer = page.newer
      if (page.newer === null) this.month = null
    })
  }

  retry(): Promise<void> {
    return this.items.length > 0 ? this.more() : this.open()
  }

  /** Something happened: newcomers go on top; nothing else moves. Looking at the past, nothing is disturbed. */
  async refresh(): Promise<void> {
    if (this.newer !== null || !this.loaded) return
    if (this.#refreshing) {
      this.#again = true
      return
    }
    this.#refreshing = true
    const run = this.#run
    try {
      const page = await request<Answer>(this.#path(''), { headers: this.headers })
      if (run !== this.#run) return
      const fresh = new Set(page.items.map(idOf))
      const oldest = page.items.at(-1)?.at ?? ''
      // what lay within the page and is there no more was taken back; what lay below stays as it was
      const kept = this.items.filter(
        (item) => !fresh.has(idOf(item)) && (page.next === null ? false : item.at < oldest),
      )
      this.items = [...page.items, ...kept]
      if (kept.length === 0) this.next = page.next
    } catch {
      // what is shown stays; the link's own state says when it is stale
    } finally {
      this.#refreshing = false
      const again = this.#again
      this.#again = false
      if (again) void this.refresh()
    }
  }

  #path(where: string): string {
    const kinds = this.chosen.flatMap((group): readonly TimelineKind[] => groups[group])
    const only = kinds.length > 0 ? `&kinds=${kinds.join(',')}` : ''
    return `/api/elders/${this.#elderId}/timeline?limit=${PAGE}${only}${where}`
  }

  async #read(where: string, take: (page: Answer) => void): Promise<void> {
    const run = ++this.#run
    this.loading = true
    this.problem = null
    try {
      const page = await request<Answer>(this.#path(where), { headers: this.headers })
      if (run !== this.#run) return
      take(page)
      this.loaded = true
    } catch (thrown) {
      if (run === this.#run) this.problem = problemOf(thrown)
    } finally {
      if (run === this.#run) this.loading = false
    }
  }
}

/** The last day of a month, 'YYYY-MM-DD'. */
export function lastDay(month: string): string {
  const [year = 0, number = 1] = month.split('-').map(Number)
  return new Date(Date.UTC(year, number, 0)).toISOString().slice(0, 10)
}

/** The month `by` months away. */
export function monthAway(month: string, by: number): string {
  const [year = 0, number = 1] = month.split('-').map(Number)
  return new Date(Date.UTC(year, number - 1 + by, 1)).toISOString().slice(0, 7)
}

/** Every month from `last` back to `first`, newest first; at least the last. */
export function monthsBack(last: string, first: string): string[] {
  const months = [last]
  for (let month = monthAway(last, -1); month >= first; month = monthAway(month, -1)) months.push(month)
  return months
}
