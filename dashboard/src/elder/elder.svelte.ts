import { request } from '../api/request.ts'
import type { Page, Reading } from '../api/shapes.ts'
import { link, type LiveEvent } from '../link/link.svelte.ts'
import { OpenFile, reasonHeaders } from './open-file.svelte.ts'
import type { ElderFile } from './shapes.ts'
import { Timeline } from './timeline/timeline.svelte.ts'

/** The elder's page: the file, the newest reading of each kind, and what happened. Live. */
export class ElderView {
  readonly file: OpenFile
  readonly timeline: Timeline
  /** The newest reading of each kind. */
  latest = $state.raw<readonly Reading[]>([])
  readonly #id: string

  constructor(id: string) {
    this.#id = id
    this.file = new OpenFile(id)
    this.timeline = new Timeline(id)
  }

  get elder(): ElderFile | null {
    return this.file.elder
  }

  /** Follows until the returned function is called. */
  start(): () => void {
    const stops = [this.file.start(), link.onEvent((event) => this.#hear(event))]
    return () => stops.forEach((stop) => stop())
  }

  /** Reads what stands beside the file, once it could be opened: only then may its elder be named to the live link. */
  opened(): () => void {
    const headers = reasonHeaders(this.#id)
    this.timeline.headers = headers
    void this.timeline.open()
    request<Page<Reading>>(`/api/elders/${this.#id}/readings?limit=50`, { headers })
      .then((page) => this.#newest(page.items))
      .catch(() => undefined) // the timeline beside it says why nothing can be read
    return link.follow(this.#id)
  }

  #hear(event: LiveEvent): void {
    const { name, data } = event
    const hers = this.file.concerns(event)
    if (name === 'reading.latest') {
      if (!hers || !Array.isArray(data['readings'])) return
      this.#newest(data['readings'].filter(isReading))
      void this.timeline.refresh()
    } else if (hers || (name.startsWith('device.') && this.file.ofDevice(event))) void this.timeline.refresh()
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
