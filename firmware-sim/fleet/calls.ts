import type { Clock } from '../clock.ts'
import { Site } from '../phone/site.ts'
import type { List, ToAsk, Visit } from '../phone/told.ts'
import { type Random, seeded } from '../random.ts'
import type { SignIn, Visiting } from './file.ts'

export type CallsOptions = {
  visiting: Visiting
  seed: number
  clock: Clock
  over: AbortSignal
  log: (line: string) => void
}

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const zoneMs = 8 * hourMs
const lookEveryMs = 10 * minuteMs
/** Nobody is telephoned before half past eight or after six, as China's clock has it. */
const officeHours = { from: 8.5, to: 18 }
/** Of so many calls a person makes within a look. */
const callsALook = 2
/** Whom the office has not called back by then it has forgotten: the list shows it. */
const forgottenAfterMs = 10 * 24 * hourMs
/** Who was not reached three times is left in peace. */
const tries = 3

/**
 * Who telephones after the visits: the provider's own office, which agrees on the next one (P5.3), some hours to two days
 * later; and 12349, which asks after those that the platform picked (P5.5), one to three days later. When, and what is
 * said, follows from the seed and the visit.
 */
export class Calls {
  readonly #o: CallsOptions

  constructor(options: CallsOptions) {
    this.#o = options
  }

  /** Telephones until `over` aborts. */
  async run(): Promise<void> {
    const { provider, desk } = this.#o.visiting
    const seats = [
      { signIn: provider, site: this.#browser(), telephone: (site: Site) => this.#callBack(site) },
      { signIn: desk, site: this.#browser(), telephone: (site: Site) => this.#askAfter(site) },
    ]
    const signedIn = new Set<SignIn>()
    while (!this.#o.over.aborted) {
      for (const { signIn, site, telephone } of isOfficeHour(this.#o.clock.now()) ? seats : []) {
        try {
          if (!signedIn.has(signIn)) await site.signIn(signIn.username, signIn.password)
          signedIn.add(signIn)
          await telephone(site)
        } catch (error) {
          signedIn.delete(signIn) // a session ends, an API starts anew; somebody else was quicker
          this.#o.log(
            `${signIn.username} telephones nobody now: ${error instanceof Error ? error.message : String(error)}`,
          )
        }
      }
      await this.#o.clock.sleep(lookEveryMs, this.#o.over)
    }
  }

  #browser(): Site {
    return new Site(this.#o.visiting.site, 'anju-simulator')
  }

  async #callBack(office: Site): Promise<void> {
    const { items } = await office.get<Pick<List<Visit>, 'items'>>('/api/visits/worklist?kind=to-call-back')
    const now = this.#o.clock.now()
    const due = items.filter(
      ({ id, leftAt }) =>
        leftAt !== null &&
        Date.parse(leftAt) > now - forgottenAfterMs &&
        this.#isDue(leftAt, this.#drawn('call back', id).between(3, 44)),
    )
    for (const { id, version } of due.slice(0, callsALook)) {
      const random = this.#drawn('called back', id)
      const reached = random.next() < 0.94
      const satisfied = !reached ? null : random.next() < 0.93 ? 'yes' : 'partly'
      const said = { reached, satisfied, note: reached ? '' : '两次无人接听', next: '照原定时间' }
      await office.post(`/api/visits/${id}/call-back`, { version, ...said })
    }
  }

  async #askAfter(desk: Site): Promise<void> {
    const { items } = await desk.get<Pick<List<ToAsk>, 'items'>>('/api/visits/to-ask')
    const due = items.filter(
      ({ id, leftAt, tries: n }) =>
        n < tries && this.#isDue(leftAt, this.#drawn('ask after', id).between(18, 66) + 24 * n),
    )
    for (const { id, tries: n } of due.slice(0, callsALook)) {
      const random = this.#drawn(`asked after ${n}`, id)
      const reached = random.next() < 0.85
      await desk.post(`/api/visits/${id}/feedback`, reached ? { reached, ...heard(random) } : { reached })
    }
  }

  #drawn(what: string, visitId: string): Random {
    return seeded(this.#o.seed, `${what} ${visitId}`)
  }

  #isDue(leftAt: string | null, hours: number): boolean {
    return leftAt !== null && Date.parse(leftAt) + hours * hourMs <= this.#o.clock.now()
  }
}

function isOfficeHour(now: number): boolean {
  const hours = ((now + zoneMs) / hourMs) % 24
  return hours >= officeHours.from && hours < officeHours.to
}

function heard(random: Random): { spokeWith: string; came: string; satisfied: string; note: string } {
  const [whoever, came, pleased] = [random.next(), random.next(), random.next()]
  return {
    spokeWith: whoever < 0.75 ? '本人' : whoever < 0.9 ? '女儿' : '老伴',
    came: came < 0.97 ? 'yes' : 'unsure',
    satisfied: pleased < 0.9 ? 'yes' : 'partly',
    note: '',
  }
}
