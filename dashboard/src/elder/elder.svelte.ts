import { Pages } from '../api/pages.svelte.ts'
import { problemOf, request } from '../api/request.ts'
import type { Elder, Page, Problem, Reading, TimelineItem } from '../api/shapes.ts'
import { link } from '../link/link.svelte.ts'

export const timelineKinds = ['press', 'alarm', 'reading', 'tap', 'device'] as const
export type TimelineKind = (typeof timelineKinds)[number]
const PAGE = 40

/** One elder's file as the page shows it: who, the newest reading of each kind, and what happened. Live. */
export class ElderFile {
  readonly id: string
  elder = $state.raw<Elder | null>(null)
  problem = $state.raw<Problem | null>(null)
  /** The newest reading of each kind. */
  latest = $state.raw<readonly Reading[]>([])
  kinds = $state.raw<readonly TimelineKind[]>([])
  readonly timeline = new Pages<TimelineItem>()

  constructor(id: string) {
    this.id = id
  }

  /** Reads and follows until the returned function is called. */
  start(): () => void {
    this.load()
    const stops = [
      link.follow(this.id),
      link.onReload(() => this.load()),
      link.onEvent(({ name, data }) => {
        if (name === 'reading.latest' && data['elderId'] === this.id) {
          const { readings } = data
          if (Array.isArray(readings)) this.#newest(readings.filter(isReading))
          void this.timeline.refresh(({ type, id }) => `${type} ${id}`)
        } else if ((name.startsWith('alarm.') || name.startsWith('device.')) && data['elderId'] === this.id) {
          void this.timeline.refresh(({ type, id }) => `${type} ${id}`)
        }
      }),
    ]
    return () => stops.forEach((stop) => stop())
  }

  load(): void {
    this.problem = null
    request<Elder>(`/api/elders/${this.id}`)
      .then((elder) => (this.elder = elder))
      .catch((thrown: unknown) => (this.problem = problemOf(thrown)))
    request<Page<Reading>>(`/api/elders/${this.id}/readings?limit=50`)
      .then((page) => this.#newest(page.items))
      .catch(() => {}) // the timeline beside it says what failed
    void this.#open()
  }

  toggle(kind: TimelineKind | null): void {
    if (kind === null) this.kinds = []
    else this.kinds = this.kinds.includes(kind) ? this.kinds.filter((other) => other !== kind) : [...this.kinds, kind]
    void this.#open()
  }

  #open(): Promise<void> {
    const kinds = this.kinds.length > 0 ? `&kinds=${this.kinds.join(',')}` : ''
    return this.timeline.open(`/api/elders/${this.id}/timeline?limit=${PAGE}${kinds}`)
  }

  #newest(readings: readonly Reading[]): void {
    const byKind = new Map<string, Reading>()
    for (const reading of [...readings, ...this.latest]) {
      const known = byKind.get(reading.kind)
      if (!known || known.at < reading.at) byKind.set(reading.kind, reading)
    }
    this.latest = [...byKind.values()].sort((a, b) => a.kind.localeCompare(b.kind))
  }
}

function isReading(value: unknown): value is Reading {
  return typeof value === 'object' && value !== null && 'kind' in value && 'at' in value && 'id' in value
}
