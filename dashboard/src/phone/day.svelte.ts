import type { DayVisit } from '@anju/api/phone/schema'
import type { VisitDetail, VisitRow } from '@anju/api/visit/schema'
import { problemOf, request } from '../api/request.ts'
import { clock } from '../clock/now.svelte.ts'
import { outbox } from './outbox.svelte.ts'
import { asSeen, type Seen } from './seen.ts'
import { keep, kept } from './store.ts'

const HOUR_MS = 3_600_000
/** Last night's unfinished one, and tomorrow's first. */
const [BACK_MS, AHEAD_MS] = [14 * HOUR_MS, 34 * HOUR_MS]

interface Kept {
  at: string
  visits: DayVisit[]
  details: Record<string, VisitDetail>
}
export type SeenVisit = Omit<DayVisit, 'visit'> & { visit: Seen }

/** A caregiver's visits around now: as read last, and over them what was said here since. */
class OwnDay {
  #kept = $state.raw<Kept | null>(null)
  /** Questions and answers in their order, and at which turn each visit was last told of. */
  #turn = 0
  readonly #told = new Map<string, number>()
  /** Neither read nor kept. */
  missing = $state(false)
  stale = $state(false)
  at = $derived(this.#kept?.at ?? null)
  visits = $derived<SeenVisit[]>(
    (this.#kept?.visits ?? []).map((each) => ({ ...each, visit: asSeen(each.visit, outbox.facts) })),
  )

  async load(): Promise<void> {
    this.#kept ??= await kept<Kept>('day').catch(() => null)
    this.#zone()
    const asked = ++this.#turn
    const now = clock.now
    const [from, to] = [now - BACK_MS, now + AHEAD_MS].map((at) => new Date(at).toISOString())
    try {
      const { items } = await request<{ items: DayVisit[] }>(
        `/api/phone/day?from=${encodeURIComponent(from ?? '')}&to=${encodeURIComponent(to ?? '')}`,
      )
      this.stale = false
      this.missing = false
      await this.#keep({
        at: new Date(now).toISOString(),
        visits: this.#newest(items, asked),
        details: this.#kept?.details ?? {},
      })
    } catch (thrown) {
      this.stale = problemOf(thrown).status !== 401
      this.missing = this.#kept === null
    }
  }

  find(id: string): SeenVisit | null {
    return this.visits.find(({ visit }) => visit.id === id) ?? null
  }

  detail(id: string): VisitDetail | null {
    return this.#kept?.details[id] ?? null
  }

  async loadVisit(id: string): Promise<void> {
    const asked = ++this.#turn
    const detail = await request<VisitDetail>(`/api/visits/${id}`).catch(() => null)
    if (detail) await this.took(detail, asked)
  }

  /** The platform's word about a visit, which every act answers. */
  async took(answer: unknown, asked = ++this.#turn): Promise<void> {
    const detail = detailOf(answer)
    if (!detail || !this.#kept || asked < this.#toldOf(detail.id)) return
    this.#told.set(detail.id, asked)
    const { visits, details } = this.#kept
    await this.#keep({
      ...this.#kept,
      visits: visits.map((each) => (each.visit.id === detail.id ? { ...each, visit: rowOf(detail) } : each)),
      details: { ...details, [detail.id]: detail },
    })
  }

  /** What was asked for before a visit was acted on, and comes after, knows nothing of the act. */
  #newest(items: DayVisit[], asked: number): DayVisit[] {
    return items.map((item) => {
      const { id } = item.visit
      const known = asked < this.#toldOf(id) ? this.#kept?.visits.find(({ visit }) => visit.id === id) : undefined
      return known ?? item
    })
  }

  #toldOf(id: string): number {
    return this.#told.get(id) ?? 0
  }

  async #keep(day: Kept): Promise<void> {
    const ids = new Set(day.visits.map(({ visit }) => visit.id))
    const details = Object.fromEntries(Object.entries(day.details).filter(([id]) => ids.has(id)))
    this.#kept = { ...day, details }
    this.#zone()
    await keep('day', this.#kept).catch(() => (outbox.broken = true))
  }

  #zone(): void {
    const zone = this.#kept?.visits[0]?.timeZone
    if (zone !== undefined) clock.zone = zone
  }

  clear(): void {
    this.#kept = null
    this.#told.clear()
  }
}

function detailOf(answer: unknown): VisitDetail | null {
  if (typeof answer !== 'object' || answer === null) return null
  if ('visit' in answer) return detailOf(answer.visit)
  return isDetail(answer) ? answer : null
}

const isDetail = (answer: object): answer is VisitDetail => 'presences' in answer && 'plannedFrom' in answer

function rowOf(detail: VisitDetail): VisitRow {
  const { kinship: _k, verdict: _v, kept: _n, entries: _e, presences: _p, files: _f, can: _c, ...row } = detail
  return row
}

export const day = new OwnDay()
outbox.heard = (answer) => void day.took(answer)
