import type { LonLat } from '@anju/domain/place/position'
import type { MapCommunity, MapHome, MapView } from '@anju/api/map/schema'
import { alarms } from '../alarm/alarms.svelte.ts'
import { mayPass, problemOf, request } from '../api/request.ts'
import type { Alarm, Problem } from '../api/shapes.ts'
import { link } from '../link/link.svelte.ts'
import { asked, type Box } from './box.ts'
import { pinsOf, type Found } from './pins.ts'

/** A file that was changed often comes with others; the county is read once for all of them. */
const SOON_MS = 1_000
const READ_AGAIN_MS = 3_000

/** The county as the map and its list show it: homes from the platform, alarms from the page's live ones. */
export class County {
  homes = $state.raw<readonly MapHome[]>([])
  communities = $state.raw<readonly MapCommunity[]>([])
  grouped = $state(false)
  unplaced = $state(0)
  /** All that has a position, as first read; where the map begins. */
  bounds = $state.raw<Box | null>(null)
  loaded = $state(false)
  problem = $state.raw<Problem | null>(null)
  /** Where homes of open alarms are that are not among `homes`; null: known to have no position. */
  #places = $state.raw<ReadonlyMap<string, LonLat | null>>(new Map())
  readonly #byId = $derived(new Map(this.homes.map((home) => [home.id, home])))
  readonly #areas = $derived(new Map(this.communities.map((community) => [community.id, community])))
  readonly pins = $derived(pinsOf(alarms.open, (alarm) => this.placeOf(alarm)))
  #view: Box | null = null
  #run = 0
  #later: ReturnType<typeof setTimeout> | undefined

  /** Reads and follows until the returned function is called. */
  start(): () => void {
    void this.load()
    const stops = [
      link.onReload(() => void this.load()),
      link.onEvent(({ name }) => /^(elder|home)\./.test(name) && this.#soon(SOON_MS)),
      () => clearTimeout(this.#later),
      () => this.#run++,
    ]
    return () => stops.forEach((stop) => stop())
  }

  async load(): Promise<void> {
    const run = ++this.#run
    try {
      const all = await request<MapView>('/api/map')
      if (run !== this.#run) return
      this.bounds ??= all.bounds
      this.unplaced = all.unplaced ?? 0
      this.grouped = all.grouped
      this.communities = all.communities
      this.#keep(all)
      if (!all.grouped) this.homes = all.homes
      else if (this.#view) await this.#look(this.#view, run)
      this.loaded = true
      this.problem = null
    } catch (thrown) {
      if (run !== this.#run) return
      this.problem = problemOf(thrown)
      if (mayPass(this.problem)) this.#soon(READ_AGAIN_MS)
    }
  }

  /** The map shows this now: where homes are too many to be told at once, those in view are asked for. */
  look(box: Box): void {
    this.#view = box
    if (this.grouped) void this.#look(box, this.#run).catch(() => this.#soon(READ_AGAIN_MS))
  }

  async #look(box: Box, run: number): Promise<void> {
    const view = await request<MapView>(`/api/map?bbox=${asked(box)}`)
    if (run !== this.#run || this.#view !== box) return
    this.homes = view.homes
    this.#keep(view)
  }

  /** The home of an id or an elder, also when it is not in view; null when there is none with a position. */
  async find(by: 'home' | 'elder', id: string): Promise<MapHome | null> {
    const known =
      by === 'home' ? this.#byId.get(id) : this.homes.find(({ residents }) => residents.some((each) => each.id === id))
    if (known) return known
    const view = await request<MapView>(`/api/map?${by}=${id}`)
    this.#keep(view)
    return view.homes[0] ?? null
  }

  homeOf(id: string): MapHome | null {
    return this.#byId.get(id) ?? null
  }

  placeOf(alarm: Alarm): Found | null {
    const { homeId } = alarm
    const at = homeId === null ? undefined : (this.#byId.get(homeId) ?? this.#places.get(homeId))
    if (at) return { at: { lon: at.lon, lat: at.lat }, about: false }
    const community = alarm.area === null ? undefined : this.#areas.get(alarm.area.id)
    return community ? { at: { lon: community.lon, lat: community.lat }, about: true } : null
  }

  /** Homes of open alarms whose place nobody has told yet are asked for, one by one: they are few. */
  locateAlarms(): void {
    for (const { homeId } of alarms.open) {
      if (homeId === null || this.#byId.has(homeId) || this.#places.has(homeId)) continue
      this.#places = new Map(this.#places).set(homeId, null)
      void this.find('home', homeId).catch(() => undefined)
    }
  }

  #keep(view: MapView): void {
    const places = new Map(this.#places)
    for (const { homeId, place } of view.alarms) if (homeId !== null) places.set(homeId, place)
    for (const { id, lon, lat } of view.homes) places.set(id, { lon, lat })
    this.#places = places
  }

  #soon(ms: number): void {
    clearTimeout(this.#later)
    this.#later = setTimeout(() => void this.load(), ms)
  }
}
