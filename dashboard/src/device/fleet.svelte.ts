import { deviceKinds } from '@anju/domain/device/kinds'
import { deviceStates } from '@anju/domain/device/liveness'
import { problemOf, request } from '../api/request.ts'
import type { FleetCounts, FleetRow, Page, Problem } from '../api/shapes.ts'
import { link } from '../link/link.svelte.ts'

const PAGE = 50
/** Heartbeats tell no event, so what is on the screen is read anew this often. */
const EVERY_MS = 10_000
/** Events come in swarms when a village goes dark. */
const GATHER_MS = 500

/** Part of the address that narrows and orders the list, in the API's own words. */
const known = ['state', 'kind', 'areaId', 'firmware', 'hubId', 'lowBattery', 'search', 'sort'] as const

/** The narrowing of an address, with what is no word of ours left out: an old link still opens the list. */
export function narrowing(query: URLSearchParams): URLSearchParams {
  const kept = new URLSearchParams()
  for (const name of known) {
    const value = query.get(name)
    if (value === null || value === '') continue
    if (name === 'state' && !deviceStates.some((state) => state === value)) continue
    if (name === 'kind' && !deviceKinds.some((kind) => kind === value)) continue
    kept.set(name, value)
  }
  return kept
}

/** The fleet as a list shows it: as many rows as were asked for, read anew as a whole, so that a state never goes stale. */
export class Fleet {
  items = $state.raw<readonly FleetRow[]>([])
  counts = $state.raw<FleetCounts | null>(null)
  next = $state<string | null>(null)
  loading = $state(false)
  loaded = $state(false)
  problem = $state.raw<Problem | null>(null)
  #query = new URLSearchParams()
  #run = 0
  #reading = false
  #soon: ReturnType<typeof setTimeout> | undefined

  /** Reads another narrowing of the fleet. */
  open(query: URLSearchParams): void {
    this.#query = query
    this.items = []
    this.next = null
    this.loaded = false
    void this.#read(PAGE)
  }

  /** Follows until the returned function is called. */
  start(): () => void {
    const again = (): void => {
      clearTimeout(this.#soon)
      this.#soon = setTimeout(() => void this.#refresh(), GATHER_MS)
    }
    const timer = setInterval(() => document.visibilityState === 'visible' && void this.#refresh(), EVERY_MS)
    const stops = [
      link.onReload(again),
      link.onEvent(({ name }) => name.startsWith('device.') && again()),
      () => clearInterval(timer),
      () => clearTimeout(this.#soon),
    ]
    return () => stops.forEach((stop) => stop())
  }

  more = (): Promise<void> => this.#read(this.items.length + PAGE)
  retry = (): Promise<void> => this.#read(Math.max(PAGE, this.items.length))

  #refresh(): Promise<void> {
    return this.#reading || !this.loaded ? Promise.resolve() : this.#read(Math.max(PAGE, this.items.length), true)
  }

  /** `quietly`: what is shown stays when nobody answers; the link says that it may be old. */
  async #read(rows: number, quietly = false): Promise<void> {
    const run = ++this.#run
    this.#reading = true
    if (!quietly) this.loading = true
    const counted = new URLSearchParams(this.#query)
    counted.delete('state')
    counted.delete('sort')
    try {
      const listed = new URLSearchParams([...this.#query, ['limit', String(Math.min(rows, 1000))]])
      const [page, counts] = await Promise.all([
        request<Page<FleetRow>>(`/api/devices?${listed.toString()}`),
        request<FleetCounts>(`/api/fleet?${counted.toString()}`),
      ])
      if (run !== this.#run) return
      this.items = page.items
      this.next = page.items.length < 1000 ? page.next : null
      this.counts = counts
      this.loaded = true
      this.problem = null
    } catch (thrown) {
      if (run === this.#run && !quietly) this.problem = problemOf(thrown)
    } finally {
      if (run === this.#run) {
        this.loading = false
        this.#reading = false
      }
    }
  }
}
