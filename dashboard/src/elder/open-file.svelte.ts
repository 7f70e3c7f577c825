import { problemOf, request } from '../api/request.ts'
import type { Problem } from '../api/shapes.ts'
import { link, type LiveEvent } from '../link/link.svelte.ts'
import type { ElderFile } from './shapes.ts'

/** Why files outside one's duty were opened, until the page is left for good: history and file are one opening. */
const reasons = new Map<string, string>()

/** What is sent with every read of a file; the reason is kept for review (promise 10). */
export function reasonHeaders(elderId: string): Record<string, string> {
  const reason = reasons.get(elderId)
  return reason === undefined ? {} : { 'anju-reason': encodeURIComponent(reason) }
}

/** One elder's file, read and followed. */
export class OpenFile {
  readonly id: string
  elder = $state.raw<ElderFile | null>(null)
  problem = $state.raw<Problem | null>(null)

  constructor(id: string) {
    this.id = id
  }

  /** Reads and follows until the returned function is called. */
  start(): () => void {
    void this.load()
    const stops = [link.onReload(() => void this.load()), link.onEvent((event) => this.#hear(event))]
    return () => stops.forEach((stop) => stop())
  }

  /** @param reason why somebody outside whose duty this file lies opens it */
  async load(reason?: string): Promise<void> {
    if (reason !== undefined) reasons.set(this.id, reason)
    this.problem = null
    try {
      this.elder = await request<ElderFile>(`/api/elders/${this.id}`, { headers: reasonHeaders(this.id) })
    } catch (thrown) {
      this.problem = problemOf(thrown)
    }
  }

  /** The file as a change just answered it. */
  take(elder: ElderFile): void {
    this.elder = elder
  }

  concerns({ data }: LiveEvent): boolean {
    const homeId = this.elder?.home.id
    return data['elderId'] === this.id || (homeId !== undefined && data['homeId'] === homeId)
  }

  ofDevice({ data }: LiveEvent): boolean {
    return this.elder?.devices.some(({ id }) => id === data['deviceId']) ?? false
  }

  #hear(event: LiveEvent): void {
    const { name } = event
    const file = name.startsWith('elder.') || name.startsWith('home.')
    if (file && (this.concerns(event) || event.data['into'] === this.id)) void this.load()
    else if (name.startsWith('device.') && (this.concerns(event) || this.ofDevice(event))) void this.load()
  }
}
