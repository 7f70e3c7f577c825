import type { Clock } from '../clock.ts'
import type { Visiting } from '../fleet/file.ts'
import { NotAnswered, Site } from './site.ts'
import type { Alarm, Finding, List, Visit, VisitDetail } from './told.ts'
import type { Door } from './visit.ts'

/** A home that may be visited: one elder, a tag in the door, something to do. */
export type Home = { door: Door; elderId: string; serviceIds: string[] }

/** Homes are known by the visits of so many days. */
const knownWithinMs = 7 * 86_400_000
/** Why a home is not taken: another is. */
const takeAnother = new Set(['elder-away', 'elder-dead', 'elder-merged', 'no-contract'])

/** A provider's desk beside a scenario: plans visits as a person does, and reads what the platform made of them. */
export class Office {
  readonly provider: Site
  readonly bureau: Site
  readonly #visiting: Visiting
  readonly #clock: Clock
  #homes: Home[] = []

  constructor(visiting: Visiting, clock: Clock) {
    this.provider = new Site(visiting.site, 'anju-simulator')
    this.bureau = new Site(visiting.site, 'anju-simulator')
    this.#visiting = visiting
    this.#clock = clock
  }

  async open(): Promise<this> {
    const { bureau, provider } = this.#visiting
    await this.bureau.signIn(bureau.username, bureau.password)
    await this.provider.signIn(provider.username, provider.password)
    this.#homes = await this.#knownHomes()
    return this
  }

  /** The provider's homes where nobody is to be now, each given once. */
  async #knownHomes(): Promise<Home[]> {
    const now = this.#clock.now()
    const [from, to] = [now - knownWithinMs, now + knownWithinMs].map((ms) => new Date(ms).toISOString())
    const { items } = await this.provider.get<List<Visit>>(`/api/visits?from=${from}&to=${to}&state=all&limit=1000`)
    const doors = new Map(this.#visiting.doors.map((door) => [door.home, door]))
    const near = (visit: Visit): boolean => Math.abs(Date.parse(visit.plannedFrom) - now) < 6 * 3_600_000
    return [...Map.groupBy(items, ({ home }) => home.id).values()].flatMap((visits): Home[] => {
      const [visit] = visits
      const door = visit && doors.get(visit.home.id)
      if (!visit || !door || visits.some((each) => each.jointId !== null || near(each))) return []
      const serviceIds = visit.services.filter(({ conditions }) => conditions.length === 0).map(({ id }) => id)
      return [{ door, elderId: visit.elder.id, serviceIds }]
    })
  }

  /** A home that no other part of the scenario has. */
  home(): Home {
    const home = this.#homes.shift()
    if (!home) throw new Error('No further home of this provider is free')
    return home
  }

  /** Plans a visit and gives it to that caregiver; at another home where nobody may be sent to this one. */
  async plan(caregiverId: string, at: { from: number; minutes: number }, home = this.home()): Promise<[Visit, Home]> {
    for (let where = home; ; where = this.home()) {
      try {
        const [from, to] = [at.from, at.from + at.minutes * 60_000].map((ms) => new Date(ms).toISOString())
        const { ids } = await this.provider.post<{ ids: string[] }>('/api/visits', {
          elderIds: [where.elderId],
          providerId: this.#visiting.provider.id,
          plannedFrom: from,
          plannedTo: to,
          serviceIds: where.serviceIds,
        })
        const id = ids[0] ?? ''
        return [await this.provider.post<Visit>(`/api/visits/${id}/assign`, { version: 1, caregiverId }), where]
      } catch (error) {
        if (!(error instanceof NotAnswered && takeAnother.has(error.code))) throw error
      }
    }
  }

  visit(id: string): Promise<VisitDetail> {
    return this.bureau.get(`/api/visits/${id}`)
  }

  async findings(visitId: string): Promise<Finding[]> {
    return (await this.bureau.get<List<Finding>>(`/api/visit-exceptions?show=all&visit=${visitId}`)).items
  }

  /** Kinds of alarms about a visit. */
  async alarms(visitId: string): Promise<string[]> {
    const { items } = await this.bureau.get<List<Alarm>>('/api/alarms?state=all&limit=200')
    return items.filter(({ subject }) => subject === `visit:${visitId}`).map(({ kind }) => kind)
  }
}
