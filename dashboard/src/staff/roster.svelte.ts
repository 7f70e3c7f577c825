import { dayAfter, instantOf } from '@anju/domain/access/roster'
import { problemOf, request } from '../api/request.ts'
import type { Page, Problem } from '../api/shapes.ts'
import { dayOf } from '../clock/format.ts'
import type { ShiftRow } from './shapes.ts'

/** One week of shifts, each on the day it begins in its own area's zone. */
export class Week {
  #monday = ''
  items = $state.raw<readonly ShiftRow[]>([])
  loaded = $state(false)
  problem = $state.raw<Problem | null>(null)
  #run = 0

  /** The seven days from a Monday, with what is known of them. */
  daysOf(monday: string): { day: string; shifts: readonly ShiftRow[] }[] {
    return Array.from({ length: 7 }, (_, n) => {
      const day = dayAfter(monday, n)
      return { day, shifts: this.items.filter(({ startsAt, timeZone }) => dayOf(startsAt, timeZone) === day) }
    })
  }

  /** @param zone of the week's own beginning and end */
  async open(monday: string, zone: string): Promise<void> {
    const run = ++this.#run
    if (monday !== this.#monday) this.loaded = false
    this.#monday = monday
    this.problem = null
    const from = instantOf(monday, '00:00', zone).toISOString()
    const to = instantOf(dayAfter(monday, 7), '00:00', zone).toISOString()
    try {
      const { items } = await request<Page<ShiftRow>>(`/api/shifts?from=${from}&to=${to}`)
      if (run !== this.#run) return
      this.items = items
      this.loaded = true
    } catch (thrown) {
      if (run === this.#run) this.problem = problemOf(thrown)
    }
  }
}
