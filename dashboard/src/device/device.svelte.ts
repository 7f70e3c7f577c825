import { Pages } from '../api/pages.svelte.ts'
import { problemOf, request } from '../api/request.ts'
import type { DeviceFile, DeviceMessage, Problem, Rejected } from '../api/shapes.ts'
import { link } from '../link/link.svelte.ts'

const EVERY_MS = 10_000
const GATHER_MS = 150
const PAGE = 15

/** One device as its page shows it: live by what is told of it and of its alarms, and by asking again. */
export class OneDevice {
  readonly id: string
  file = $state.raw<DeviceFile | null>(null)
  problem = $state.raw<Problem | null>(null)
  readonly messages = new Pages<DeviceMessage>()
  readonly rejected = new Pages<Rejected>()
  #soon: ReturnType<typeof setTimeout> | undefined

  constructor(id: string) {
    this.id = id
  }

  start(): () => void {
    void this.load()
    const at = `/api/devices/${encodeURIComponent(this.id)}`
    void this.messages.open(`${at}/messages?limit=${PAGE}`)
    void this.rejected.open(`${at}/rejected?limit=${PAGE}`)
    const timer = setInterval(() => document.visibilityState === 'visible' && this.#again(), EVERY_MS)
    const stops = [
      link.onReload(() => this.#again()),
      link.onEvent(({ name, data }) => {
        const ours = data['deviceId'] === this.id
        const tested = this.file?.tests.some(({ alarm }) => alarm?.id === data['alarmId']) ?? false
        if (ours || (name.startsWith('alarm.') && tested)) this.#again()
      }),
      () => clearInterval(timer),
      () => clearTimeout(this.#soon),
    ]
    return () => stops.forEach((stop) => stop())
  }

  /** What an act answered is what stands now. */
  set(file: DeviceFile | null): void {
    if (file) this.file = file
  }

  async load(): Promise<void> {
    try {
      this.file = await request<DeviceFile>(`/api/devices/${encodeURIComponent(this.id)}`)
      this.problem = null
    } catch (thrown) {
      if (this.file === null) this.problem = problemOf(thrown)
    }
  }

  #again(): void {
    clearTimeout(this.#soon)
    this.#soon = setTimeout(() => {
      void this.load()
      void this.messages.refresh(({ id }) => id)
      void this.rejected.refresh(({ id }) => id)
    }, GATHER_MS)
  }
}
