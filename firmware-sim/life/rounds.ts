import { seeded } from '../random.ts'
import { dayNumber, festival, hourMs, minuteMs, weekday } from './calendar.ts'
import type { Act } from './day.ts'

/** A door and the badges of those who come there, most frequent first. */
export type Door = { device: string; badges: readonly string[] }

const begins = 8 * hourMs
const ends = 18 * hourMs
/** A home is visited on so many of its days. */
const visitedShare = 0.45
const forgetsBadge = 0.04

/**
 * A day of all caregivers: each goes from door to door, one after another, badge in, badge out, with a rest at noon and
 * the way between. Nobody is in two homes at once; now and then somebody forgets to badge out.
 */
export function planRounds(seed: number, doors: readonly Door[], day: number): Act[] {
  if (weekday(day) === 0 || festival(day) === 'spring-festival') return []
  const random = seeded(seed, `rounds/${dayNumber(day)}`)
  const free = new Map<string, number>()
  const acts: Act[] = []
  for (const door of doors) {
    const visited = random.next() < visitedShare
    const standIn = random.next() < 0.15
    const [minutes, way, forgets] = [random.whole(40, 95), random.whole(8, 25), random.next() < forgetsBadge]
    const uid = (standIn ? door.badges[1] : undefined) ?? door.badges[0]
    if (!visited || uid === undefined) continue
    const fresh = day + begins + Math.round(random.between(0, 60) * minuteMs)
    const start = afterNoonRest(free.get(uid) ?? fresh, day)
    const leaves = start + minutes * minuteMs
    if (leaves > day + ends) continue
    free.set(uid, leaves + way * minuteMs)
    acts.push({ atMs: start, device: door.device, does: 'tap', uid, way: 'in' })
    if (!forgets) acts.push({ atMs: leaves, device: door.device, does: 'tap', uid, way: 'out' })
  }
  return acts.toSorted((a, b) => a.atMs - b.atMs)
}

/** Nobody knocks between twelve and two, when old people sleep. */
function afterNoonRest(atMs: number, day: number): number {
  const [noon, two] = [day + 12 * hourMs, day + 14 * hourMs]
  return atMs >= noon - 20 * minuteMs && atMs < two ? two + (atMs % (20 * minuteMs)) : atMs
}
