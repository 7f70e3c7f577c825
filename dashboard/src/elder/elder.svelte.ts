import { Pages } from '../api/pages.svelte.ts'
import { problemOf, request } from '../api/request.ts'
import type { Elder, Page, Problem, Reading, TimelineEntry, TimelineKind } from '../api/shapes.ts'
import { link, type LiveEvent } from '../link/link.svelte.ts'

export const timelineKinds: readonly TimelineKind[] = ['press', 'alarm', 'reading', 'tap', 'trouble']
export const idOf = ({ kind, id }: TimelineEntry): string => `${kind} ${id}`
const PAGE = 40

/** One elder's file as the page shows it: who, the newest reading of each kind, and what happened. Live. */
export class ElderFile {
  readonly id: string
  elder = $state.raw<Elder | null>(null)
  problem = $state.raw<Problem | null>(null)
  /** The newest reading of each kind. */
  latest = $state.raw<readonly Reading[]>([])
  kinds = $state.raw<readonly TimelineKind[]>([])
  #unfollow: () => void = () => {}
  readonly timeline = new Pages<TimelineEntry>()

  constructor(id: string) {
    this.id = id
  }

  /** Reads and follows until the returned function is called. */
  start(): () => void {
    this.load()
    const stops = [link.onReload(() => this.load()), link.onEvent((event) => this.#hear(event)), () => this.#unfollow()]
    return () => stops.forEach((stop) => stop())
  }

  /** @param reason why somebody outside whose duty this file lies opens it; kept for review (promise 10) */
  load(reason?: string): void {
    if (reason !== undefined) this.timeline.headers = { 'anju-reason': encodeURIComponent(reason) }
    const { headers } = this.timeline
    this.problem = null
    request<Elder>(`/api/elders/${this.id}`, { headers })
      .then(async (elder) => {
        this.elder = elder
        // only an elder who is really in one's area may be named to the live link
        this.#unfollow()
        this.#unfollow = link.follow(this.id)
        const readings = request<Page<Reading>>(`/api/elders/${this.id}/readings?limit=50`, { headers })
        await Promise.all([readings.then((page) => this.#newest(page.items)), this.#open()])
      })
      .catch((thrown: unknown) => (this.problem = problemOf(thrown)))
  }

  #hear({ name, data }: LiveEvent): void {
    const theirs = data['elderId'] === this.id || (this.elder !== null && data['homeId'] === this.elder.home.id)
    const device = this.elder?.devices.some(({ id }) => id === data['deviceId']) ?? false
    if (name === 'reading.latest' && theirs && Array.isArray(data['readings'])) {
      this.#newest(data['readings'].filter(isReading))
      void this.timeline.refresh(idOf)
    } else if ((name.startsWith('alarm.') && theirs) || (name.startsWith('device.') && device)) {
      void this.timeline.refresh(idOf)
    }
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
