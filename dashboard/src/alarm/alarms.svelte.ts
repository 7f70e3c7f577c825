import { mayPass, problemOf, request } from '../api/request.ts'
import type { Alarm, AlarmFile, DeskState, Page, Problem } from '../api/shapes.ts'
import { clock } from '../clock/now.svelte.ts'
import { link, type LiveEvent } from '../link/link.svelte.ts'
import type { LiveData } from '../link/protocol.ts'
import { followUps, isOpen, isStored, missed, onShelf, ordered, unowned, type Unstored } from './order.ts'
import { held } from './unstored.ts'

/** How many recent alarms, resolved ones too, the day's log begins with. */
const RECENT = 200
const AT_ONCE = 1000
/** What `ids` of the list takes at once. */
const IDS_AT_ONCE = 100
const STORED_STAYS_MS = 2_000
/** An alarm that could not be read is read again, or it would stay unseen while the link looks live. */
const READ_AGAIN_MS = 2_000

/** What happened just now, for the loudspeaker and for who listens to the page instead of seeing it. */
export type Happening = {
  name:
    | 'raised'
    | 'pressed'
    | 'acknowledged'
    | 'resolved'
    | 'escalated'
    | 'unstored'
    | 'reminded'
    | 'handed-over'
    | 'given-back'
    | 'unshelved'
  alarm: Alarm | null
  /** Whom a reminder or a hand-over is meant for. */
  ownerId?: string | null
}

type Heard = ((alarm: Alarm) => void) | undefined

/** Every alarm this page knows: the open ones whole, and the recent ones for the day's log. Live. */
class Alarms {
  rows = $state.raw<ReadonlyMap<string, Alarm>>(new Map())
  unstored = $state.raw<readonly Unstored[]>([])
  desk = $state.raw<DeskState | null>(null)
  /** Our own test press: painted in the strip and reported as shown, never heard, in no queue. */
  probe = $state.raw<DeskState['openProbe']>(null)
  loaded = $state(false)
  problem = $state.raw<Problem | null>(null)

  openId = $state<string | null>(null)
  file = $state.raw<AlarmFile | null>(null)
  fileProblem = $state.raw<Problem | null>(null)

  items = $derived(ordered(this.rows.values(), this.unstored))
  open = $derived([...this.rows.values()].filter(isOpen))
  waiting = $derived(this.items.filter((item) => item.unstored || unowned(item.alarm)))
  shelf = $derived(onShelf(this.rows.values()))
  followUps = $derived(followUps(this.rows.values(), Math.floor(clock.now / 60_000) * 60_000))
  oldestUnownedAt = $derived(
    this.open
      .filter(unowned)
      .reduce<string | null>(
        (oldest, { raisedAt }) => (oldest === null || raisedAt < oldest ? raisedAt : oldest),
        null,
      ),
  )

  onHappening: (happening: Happening) => void = () => {}
  #loading: Promise<void> | null = null
  #again = false
  readonly #fetching = new Map<string, Heard[]>()
  #asked = new Map<string, Heard[]>()
  #reading = false
  #since = 0
  /** Questions and answered acts in their order, and the last act on each alarm. */
  #turn = 0
  readonly #acted = new Map<string, number>()

  start(): void {
    link.onReload(() => void this.load())
    link.onEvent((event) => this.#hear(event))
  }

  /** Reads everything anew; called again meanwhile, it reads once more after. */
  load(): Promise<void> {
    if (this.#loading) {
      this.#again = true
      return this.#loading
    }
    this.#loading = this.#load().finally(() => {
      this.#loading = null
      if (this.#again) {
        this.#again = false
        void this.load()
      }
    })
    return this.#loading
  }

  async #load(): Promise<void> {
    const since = this.#since
    try {
      const [desk, recent, open, toFollow] = await Promise.all([
        request<DeskState>('/api/desk'),
        request<Page<Alarm>>(`/api/alarms?state=all&limit=${RECENT}`),
        this.#all('open'),
        this.#all('follow-up'),
      ])
      if (since !== this.#since) return
      const rows = new Map([...recent.items, ...toFollow, ...open].map((alarm) => [alarm.id, alarm]))
      const unheard = this.loaded ? missed(this.rows, open) : []
      const refetched = [...this.#fetching.keys(), ...this.#asked.keys()]
      this.rows = rows
      this.desk = desk
      this.probe = desk.openProbe
      this.loaded = true
      this.problem = null
      this.#forgetStored(rows.values())
      for (const happening of unheard) this.onHappening(happening)
      // what changed while the lists were on their way is newer than they are
      for (const id of refetched) this.refresh(id)
      if (this.openId) this.refresh(this.openId)
    } catch (thrown) {
      if (since !== this.#since) return
      this.problem = problemOf(thrown)
      setTimeout(() => void (since === this.#since && this.problem && this.load()), READ_AGAIN_MS)
    }
  }

  async #all(state: 'open' | 'follow-up'): Promise<Alarm[]> {
    const found: Alarm[] = []
    let cursor: string | null = null
    do {
      const at: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`
      const page: Page<Alarm> = await request<Page<Alarm>>(`/api/alarms?state=${state}&limit=${AT_ONCE}${at}`)
      found.push(...page.items)
      cursor = page.next
    } while (cursor !== null)
    return found
  }

  /** What the desk says of itself, anew: a test press ended, and with it how long the last one took. */
  async readDesk(): Promise<void> {
    const since = this.#since
    const desk = await request<DeskState>('/api/desk').catch(() => null)
    if (desk && since === this.#since) this.desk = desk
  }

  /** An answer to what was just done: newer than anything asked for before. */
  got(file: AlarmFile): void {
    this.#acted.set(file.id, ++this.#turn)
    this.#put([file])
    if (file.id === this.openId) this.file = file
    // what another did in the same breath is in neither answer for sure
    this.refresh(file.id)
  }

  /** Everything of the one who was signed in goes with them. */
  clear(): void {
    this.#since++
    this.#asked = new Map()
    this.#acted.clear()
    this.#reading = false
    this.rows = new Map()
    this.unstored = []
    this.desk = null
    this.loaded = false
    this.problem = null
    this.close()
  }

  show(id: string): void {
    if (this.openId === id) return
    this.openId = id
    this.file = null
    this.fileProblem = null
    this.refresh(id)
  }
  close(): void {
    this.openId = null
    this.file = null
    this.fileProblem = null
  }

  /** Fetches one alarm anew; told again meanwhile, once more after. `then` sees the alarm as it is since the call. */
  refresh(id: string, then?: (alarm: Alarm) => void): void {
    if (id === this.openId) this.#readFile(id, then)
    else this.#readRow(id, then)
  }

  /** The open alarm whole. */
  #readFile(id: string, then?: (alarm: Alarm) => void): void {
    const under = this.#fetching.get(id)
    if (under) {
      under.push(then)
      return
    }
    const next: Heard[] = []
    this.#fetching.set(id, next)
    const since = this.#since
    const asked = ++this.#turn
    request<AlarmFile>(`/api/alarms/${id}`)
      .then((file) => {
        if (since !== this.#since) return
        // asked for before something was done here: it would take back what was done, and with it the next key
        if (asked < (this.#acted.get(id) ?? 0)) return void next.push(then)
        this.#put([file])
        if (file.id === this.openId) {
          this.file = file
          this.fileProblem = null
        }
        then?.(file)
      })
      .catch((thrown: unknown) => {
        if (since !== this.#since) return
        const problem = problemOf(thrown)
        if (id === this.openId && !this.file) this.fileProblem = problem
        if (problem.status === 404) this.#gone([id])
        if (mayPass(problem)) setTimeout(() => since === this.#since && this.refresh(id, then), READ_AGAIN_MS)
      })
      .finally(() => {
        this.#fetching.delete(id)
        if (next.length > 0) this.refresh(id, (alarm) => next.forEach((heard) => heard?.(alarm)))
      })
  }

  /** For the queue: what is heard of while one request is under way goes with the next, be it one alarm or two hundred. */
  #readRow(id: string, then?: (alarm: Alarm) => void): void {
    this.#asked.set(id, [...(this.#asked.get(id) ?? []), then])
    if (!this.#reading) void this.#readRows()
  }

  async #readRows(): Promise<void> {
    const since = this.#since
    this.#reading = true
    while (this.#asked.size > 0 && since === this.#since) {
      const asked = [...this.#asked].slice(0, IDS_AT_ONCE)
      for (const [id] of asked) this.#asked.delete(id)
      const ids = asked.map(([id]) => id)
      try {
        const { items } = await request<Page<Alarm>>(`/api/alarms?limit=${IDS_AT_ONCE}&ids=${ids.join(',')}`)
        if (since !== this.#since) break
        const found = new Map(items.map((alarm) => [alarm.id, alarm]))
        this.#put(items)
        this.#gone(ids.filter((id) => !found.has(id)))
        for (const [id, heard] of asked) {
          const alarm = found.get(id)
          if (alarm) for (const then of heard) then?.(alarm)
        }
        await frame()
      } catch (thrown) {
        if (since !== this.#since || !mayPass(problemOf(thrown))) continue
        for (const [id, heard] of asked) this.#asked.set(id, [...heard, ...(this.#asked.get(id) ?? [])])
        await new Promise((again) => setTimeout(again, READ_AGAIN_MS))
      }
    }
    if (since === this.#since) this.#reading = false
  }

  /** It belongs to another area's desks now: whoever pressed has moved. */
  #gone(ids: readonly string[]): void {
    if (!ids.some((id) => this.rows.has(id))) return
    const rows = new Map(this.rows)
    for (const id of ids) rows.delete(id)
    this.rows = rows
  }

  #put(alarms: readonly Alarm[]): void {
    if (alarms.length === 0) return
    const rows = new Map(this.rows)
    for (const alarm of alarms) rows.set(alarm.id, alarm)
    this.rows = kept(rows)
    const pressed = alarms.reduce(
      (last, { lastPressAt, drillId }) => (drillId === null && (lastPressAt ?? '') > last ? (lastPressAt ?? '') : last),
      '',
    )
    if (this.desk && (this.desk.lastPressAt ?? '') < pressed) this.desk = { ...this.desk, lastPressAt: pressed }
    this.#forgetStored(alarms)
  }

  #forgetStored(alarms: Iterable<Alarm>): void {
    const stored = [...alarms]
    const left = this.unstored.filter((press) => !stored.some((alarm) => isStored(press, alarm)))
    if (left.length !== this.unstored.length) this.unstored = left
  }

  #hear({ name, data }: LiveEvent): void {
    if (name === 'press.unstored') return this.#hold(data)
    // somebody came to the home of the alarm that is open, or left it
    if (name.startsWith('visit.') && this.file?.home?.id === data['homeId'] && this.openId) this.refresh(this.openId)
    if (!name.startsWith('alarm.') && !name.startsWith('command.')) return
    const id = text(data['alarmId']) ?? (name.startsWith('alarm.') ? (text(data['id']) ?? text(data['alarm'])) : null)
    if (id === null) return
    if (name.startsWith('command.')) {
      if (id === this.openId) this.refresh(id)
      return
    }
    const what = name.slice('alarm.'.length)
    if (data['kind'] === 'probe') return this.#tried(id, what, text(data['at']) ?? '')
    // that a seat painted it changes no row of the queue
    if (what === 'shown' && id !== this.openId) return
    const known = this.rows.get(id)
    // beyond so many presses a minute they are counted and no longer sound; the platform says which
    const again = (what === 'pressed' || what === 'escalated') && data['sounds'] !== false ? what : null
    if (again && known) this.onHappening({ name: again, alarm: known })
    this.refresh(id, (alarm) => {
      if (again && !known) this.onHappening({ name: again, alarm })
      if (isTold(what)) this.onHappening({ name: what, alarm, ownerId: text(data['ownerId']) })
    })
  }

  #tried(alarmId: string, what: string, at: string): void {
    if (what === 'raised') this.probe = { id: alarmId, presses: 1, clockFrom: at }
    else if (what === 'shown') void this.readDesk()
    else if (what === 'closed' && this.probe?.id === alarmId) this.probe = null
  }

  #hold(data: LiveData): void {
    const { presses, sounds, stored } = held(this.unstored, data)
    // a stored press leaves a moment later, so that its alarm has taken its place in the queue
    if (stored) setTimeout(() => (this.unstored = held(this.unstored, data).presses), STORED_STAYS_MS)
    else this.unstored = presses
    if (sounds) this.onHappening({ name: 'unstored', alarm: null })
  }
}

const told = ['raised', 'acknowledged', 'resolved', 'reminded', 'handed-over', 'given-back', 'unshelved'] as const
function isTold(what: string): what is (typeof told)[number] {
  return told.some((one) => one === what)
}

/** The next painting, or a moment where nothing is painted: what was read is drawn before more is asked for. */
function frame(): Promise<void> {
  return new Promise((drawn) => {
    const soon = setTimeout(drawn, 100)
    requestAnimationFrame(() => {
      clearTimeout(soon)
      drawn()
    })
  })
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}

/** A desk stays open for weeks: of the resolved only the newest stay, of the open all. */
function kept(rows: Map<string, Alarm>): Map<string, Alarm> {
  if (rows.size <= RECENT * 4) return rows
  const resolved = [...rows.values()].filter((alarm) => !isOpen(alarm) && alarm.state !== 'follow-up')
  resolved.sort((a, b) => a.raisedAt.localeCompare(b.raisedAt))
  for (const { id } of resolved.slice(0, -RECENT)) rows.delete(id)
  return rows
}

export const alarms = new Alarms()
