import { dayAfter, mondayOf } from '@anju/domain/access/roster'
import { problemOf, request } from '../api/request.ts'
import type { Problem } from '../api/shapes.ts'
import { dayOf } from '../clock/format.ts'
import { clock } from '../clock/now.svelte.ts'
import { instantOf } from '../clock/wall.ts'
import { link } from '../link/link.svelte.ts'
import { type Block, blocksOf, rowsOf } from './board.ts'
import type { BoardData } from './shapes.ts'

/** A week of visits: read anew whenever somebody changed one, under whatever is chosen. */
export class Week {
  monday = $state(mondayOf(dayOf(clock.now, clock.zone)))
  by = $state<'caregiver' | 'elder'>('caregiver')
  providerId = $state('')
  areaId = $state('')
  data = $state.raw<BoardData | null>(null)
  problem = $state.raw<Problem | null>(null)
  chosenId = $state<string | null>(null)
  /** Another's change was read under the reader's eyes. */
  changed = $state(false)
  /** Areas met so far: what narrows the list stays when the list is narrowed. */
  areas = $state.raw<ReadonlyMap<string, string>>(new Map())
  providers = $state.raw<ReadonlyMap<string, string>>(new Map())
  readonly days = $derived(Array.from({ length: 7 }, (_, i) => dayAfter(this.monday, i)))
  readonly blocks = $derived(this.data === null ? [] : blocksOf(this.data, clock.zone))
  readonly rows = $derived(this.data === null ? [] : rowsOf(this.data, this.blocks, this.by, this.days))
  readonly chosen = $derived<Block | null>(
    this.blocks.find(({ visits }) => visits.some(({ id }) => id === this.chosenId)) ?? null,
  )
  #reading = false
  #again = false

  get path(): string {
    const from = instantOf(`${this.monday}T00:00`, clock.zone) ?? ''
    const to = instantOf(`${dayAfter(this.monday, 7)}T00:00`, clock.zone) ?? ''
    const query = new URLSearchParams({ from, to })
    if (this.providerId !== '') query.set('provider', this.providerId)
    if (this.areaId !== '') query.set('area', this.areaId)
    return `/api/visits/board?${query}`
  }

  /** Reads what is asked for now; asked while reading, it reads once more. */
  async load(): Promise<void> {
    if (this.#reading) return void (this.#again = true)
    this.#reading = true
    const { path } = this
    try {
      const data = await request<BoardData>(path)
      if (path === this.path) {
        this.data = data
        this.areas = new Map([...this.areas, ...data.homes.map(({ areaId, areaName }) => [areaId, areaName] as const)])
        this.providers = new Map([...this.providers, ...data.providers.map(({ id, name }) => [id, name] as const)])
        this.problem = null
      }
    } catch (thrown) {
      this.problem = problemOf(thrown)
    } finally {
      this.#reading = false
      if (this.#again || path !== this.path) {
        this.#again = false
        void this.load()
      }
    }
  }

  /** Follows the stream; a change by somebody else is told. @param own whether a visit's change is the reader's own */
  follow(own: (visitId: unknown) => boolean): () => void {
    const stops = [
      link.onReload(() => void this.load()),
      link.onEvent(({ name, data }) => {
        if (!name.startsWith('visit.')) return
        if (!own(data['visitId'])) this.changed = true
        void this.load()
      }),
    ]
    return () => stops.forEach((stop) => stop())
  }
}
