import { join } from 'node:path'
import { type Clock, wrongClock } from '../clock.ts'
import { Phone } from '../phone/phone.ts'
import { NotAnswered, Site } from '../phone/site.ts'
import type { List, Visit } from '../phone/told.ts'
import * as act from '../phone/visit.ts'
import { type Random, seeded } from '../random.ts'
import { Doors } from './doors.ts'
import type { Visiting } from './file.ts'
import { type Fate, fateOf } from './fate.ts'
import type { Party } from './lend.ts'

export type CaregiversOptions = {
  visiting: Visiting
  /** The simulator's: phones and tags keep their memory here. */
  folder: string
  seed: number
  clock: Clock
  over: AbortSignal
  log: (line: string) => void
  /** Holds a badge to the reader of a home, if one plays there. */
  badge: (home: string, uid: string) => boolean
}

const minuteMs = 60_000
/** Visits are looked for so far ahead and back; nobody sets out earlier. */
const aheadMs = 40 * minuteMs
const backMs = 4 * 60 * minuteMs
const lookEveryMs = minuteMs
/** Who is lent has no visit within so long: an hour's visit is planned for them, and filled in afterwards. */
const freeMs = 2 * 60 * minuteMs
const ahead: ReadonlySet<string> = new Set(['assigned', 'accepted', 'on-the-way'])
const inside: ReadonlySet<string> = new Set(['in-service', 'left'])
/** A village's air: now and then something is lost, and said again. */
const villageAir = { loss: 0.03, answerLoss: 0.02 }

/**
 * The county's caregivers on their rounds, by their phones alone: whatever visit the platform holds for them, they go
 * there, tap, serve, let it be signed and leave, each as its own fate wants it. What a person plans at a desk is lived
 * as well. At night nothing is planned, so nobody goes.
 */
export class Caregivers {
  readonly #o: CaregiversOptions
  readonly #bureau: Site
  readonly #doors: Doors
  readonly #phones = new Map<string, Phone>()
  /** Visits that somebody is on, or was. */
  readonly #taken = new Set<string>()
  /** One visit's flow ends before the next begins: what each caregiver is at. */
  readonly #busy = new Map<string, Promise<void>>()
  readonly #at = new Map<string, number>()
  readonly #lent = new Set<string>()
  readonly #lentAt = new Map<string, number>()

  constructor(options: CaregiversOptions) {
    this.#o = options
    this.#bureau = new Site(options.visiting.site, 'anju-simulator')
    this.#doors = new Doors(options.visiting.doors, join(options.folder, 'tags'), seeded(options.seed, 'doors'))
  }

  /** Plays until `over` aborts. */
  async run(): Promise<void> {
    let signedIn = false
    while (!this.#o.over.aborted) {
      try {
        if (!signedIn) {
          const { username, password } = this.#o.visiting.bureau
          await this.#bureau.signIn(username, password)
          signedIn = true
        }
        await this.#look()
      } catch (error) {
        signedIn = false // a session ends, an API starts anew; a password that was changed is said each time
        this.#o.log(`nobody looks for visits now: ${error instanceof Error ? error.message : String(error)}`)
      }
      await this.#o.clock.sleep(lookEveryMs, this.#o.over)
    }
    await Promise.all([...this.#busy.values()])
    await Promise.all([...this.#phones.values()].map((phone) => phone.stop()))
  }

  /** Takes at most so many of the provider's caregivers who are nowhere now, nor soon, out of play, with their phones. */
  async take({ most, fewest }: Party): Promise<string[]> {
    const { caregivers, provider } = this.#o.visiting
    const now = this.#o.clock.now()
    const planned = await this.#visits(now - freeMs, now + freeMs)
    const expected = new Set(planned.flatMap(({ caregiver }) => caregiver?.id ?? []))
    const free = caregivers.filter(
      ({ id, provider: of }) =>
        of === provider.id && !this.#lent.has(id) && !expected.has(id) && (this.#at.get(id) ?? 0) === 0,
    )
    if (free.length < fewest) {
      throw new Error(
        `Only ${free.length} caregivers are free now, and it plays with ${fewest} at least: the others have a visit ` +
          `within two hours. In the evening, as China's clock has it, more are free`,
      )
    }
    // who was lent longest ago, or never, comes last: a scenario wants somebody of whom nothing was staged
    const lately = ({ id }: { id: string }): number => this.#lentAt.get(id) ?? 0
    const taken = free
      .toSorted((a, b) => lately(b) - lately(a))
      .slice(-most)
      .map(({ id }) => id)
    for (const id of taken) this.#lent.add(id)
    for (const id of taken) this.#lentAt.set(id, now)
    for (const id of taken) {
      await this.#phones.get(id)?.stop()
      this.#phones.delete(id)
    }
    return taken
  }

  giveBack(ids: readonly string[]): void {
    for (const id of ids) this.#lent.delete(id)
  }

  /** Planned to begin between the two. */
  async #visits(fromMs: number, toMs: number): Promise<Visit[]> {
    const [from, to] = [fromMs, toMs].map((ms) => new Date(ms).toISOString())
    return (await this.#bureau.get<List<Visit>>(`/api/visits?from=${from}&to=${to}&state=all&limit=500`)).items
  }

  async #look(): Promise<void> {
    const now = this.#o.clock.now()
    const visits = await this.#visits(now - backMs, now + aheadMs)
    const mine = visits.filter(
      ({ id, caregiver, state, home }) =>
        caregiver !== null &&
        !this.#lent.has(caregiver.id) &&
        !this.#taken.has(id) &&
        (ahead.has(state) || inside.has(state)) &&
        this.#doors.at(home.id) !== undefined,
    )
    const rounds = [...Map.groupBy(mine, ({ jointId, id }) => jointId ?? id).values()]
    rounds.sort((a, b) => timeOf(a) - timeOf(b))
    for (const [first, ...others] of rounds) {
      if (!first?.caregiver) continue
      const { id: caregiverId, name } = first.caregiver
      const visits: act.Visits = [first, ...others]
      for (const { id } of visits) this.#taken.add(id)
      const before = this.#busy.get(caregiverId) ?? Promise.resolve()
      this.#at.set(caregiverId, (this.#at.get(caregiverId) ?? 0) + 1)
      const going = before
        .then(() => this.#visit(caregiverId, visits))
        .catch((error: unknown) => this.#o.log(`${name}: ${error instanceof Error ? error.message : String(error)}`))
        .finally(() => this.#at.set(caregiverId, (this.#at.get(caregiverId) ?? 1) - 1))
      this.#busy.set(caregiverId, going)
    }
  }

  async #visit(caregiverId: string, visits: act.Visits): Promise<void> {
    const [{ id, home, plannedFrom, plannedTo, state }] = visits
    const fate = fateOf(seeded(this.#o.seed, `visit/${id}`))
    const [from, to] = [Date.parse(plannedFrom), Date.parse(plannedTo)]
    if (fate.kind === 'forgets' && !inside.has(state)) return this.#o.log(`visit ${id}: nobody thinks of it`)
    if (!inside.has(state)) await this.#until(from - 20 * minuteMs)
    if (this.#o.over.aborted) return
    const phone = await this.#phoneOf(caregiverId)
    const door = this.#doors.at(home.id)
    const day = await this.#dayOn(phone)
    // called off meanwhile, or given to somebody else
    if (!door || !day.some((visit) => visit.id === id && visit.state !== 'cancelled')) return
    phone.position = act.near(door, phone.random)
    for (const visit of day) if (visit.state === 'left' && !this.#taken.has(visit.id)) act.evaluate(phone, [visit])
    if (state !== 'in-service' && state !== 'left') {
      act.accept(phone, visits)
      await this.#until(from + Math.min(0, fate.lateMin * minuteMs) - fate.wayMin * minuteMs)
      if (this.#o.over.aborted) return
      if (state !== 'on-the-way') act.setOut(phone, visits)
      await this.#until(Math.max(from + fate.lateMin * minuteMs, this.#o.clock.now() + fate.doorstepS * 1_000))
      if (this.#o.over.aborted) return
      if (fate.kind === 'turned-away') return act.turnAway(phone, visits, fate.outcome)
      if (fate.kind === 'no-signal') phone.covered = false
      this.#present(phone, visits, fate, 'begin')
    }
    if (state !== 'left') {
      const begun = this.#o.clock.now()
      const stays = to - from + fate.overMin * minuteMs
      const leaves = state === 'in-service' ? Math.max(to + fate.overMin * minuteMs, begun + minuteMs) : begun + stays
      await this.#until(leaves - 5 * minuteMs)
      if (this.#o.over.aborted) return
      act.serve(phone, visits)
      if (fate.photo) act.photograph(phone, visits)
      await this.#until(leaves)
      if (this.#o.over.aborted) return
      this.#present(phone, visits, fate, 'end')
      await this.#until(leaves + minuteMs)
    }
    act.evaluate(phone, visits)
    if (fate.kind === 'no-signal') await this.#until(this.#o.clock.now() + fate.valleyMin * minuteMs)
    phone.covered = true
    await Promise.race([phone.settled(), this.#o.clock.sleep(10 * minuteMs, this.#o.over)])
  }

  /** By the badge where a reader hangs, by the tag in the door elsewhere; typed where neither answers. */
  #present(phone: Phone, visits: act.Visits, fate: Fate, part: 'begin' | 'end'): void {
    const [{ id, home, caregiver }] = visits
    const uid = this.#o.visiting.caregivers.find((each) => each.id === caregiver?.id)?.badge
    const seen = fate.badge && phone.covered && uid !== undefined && this.#o.badge(home.id, uid)
    if (fate.kind === 'tag-silent' && part === 'end') phone.type(id, part, 'tag-silent', '门贴读不出')
    else if (!seen) phone.tap(this.#doors.touch(home.id), { visitId: id, part })
    const how = seen ? 'badge' : 'phone'
    this.#o.log(
      `visit ${id} ${part === 'begin' ? 'begins' : 'ends'} by ${how}${phone.covered ? '' : ', without signal'}`,
    )
  }

  /** As the phone shows it, with what was never signed off: one visit's flow ends before the next begins. */
  #dayOn(phone: Phone): Promise<Visit[]> {
    const now = this.#o.clock.now()
    return phone.day(new Date(now - 3 * 24 * 60 * minuteMs), new Date(now + 12 * 60 * minuteMs))
  }

  /** A phone that is taken into use at its caregiver's first visit, and found again afterwards. */
  async #phoneOf(caregiverId: string): Promise<Phone> {
    const phone = this.#phones.get(caregiverId) ?? phoneFor(this.#o, caregiverId)
    this.#phones.set(caregiverId, phone)
    await joinOnce(phone, this.#bureau, caregiverId)
    return phone
  }

  #until(atMs: number): Promise<void> {
    return this.#o.clock.sleep(Math.max(0, atMs - this.#o.clock.now()), this.#o.over)
  }
}

type PhoneFor = Pick<CaregiversOptions, 'folder' | 'seed' | 'clock'> & { visiting: Pick<Visiting, 'site'> }

/** Each phone as one finds it: one in twelve has its clock minutes off, and all know the village's air. */
export function phoneFor({ visiting, folder, seed, clock }: PhoneFor, caregiverId: string): Phone {
  const lot: Random = seeded(seed, `phone/${caregiverId}/lot`)
  const offsetMs = lot.next() < 1 / 12 ? Math.round(lot.between(-12, 12) * minuteMs) : 0
  return new Phone({
    site: visiting.site,
    folder: join(folder, 'phones', caregiverId),
    clock: offsetMs === 0 ? clock : wrongClock(clock, { offsetMs }),
    network: clock,
    seed,
    name: caregiverId,
    air: villageAir,
  })
}

/** The office shows the QR code, the caregiver reads it, unless the phone is in use already. */
export async function joinOnce(phone: Phone, office: Site, caregiverId: string): Promise<void> {
  for (let tries = 0; !phone.joined; tries++) {
    const { link } = await office.post<{ link: string }>(`/api/caregivers/${caregiverId}/phone-link`)
    await phone.join(link).catch((error: unknown) => {
      if (tries >= 5 || (error instanceof NotAnswered && error.status !== 0)) throw error
    })
  }
}

const timeOf = ([visit]: readonly Visit[]): number => Date.parse(visit?.plannedFrom ?? '')
