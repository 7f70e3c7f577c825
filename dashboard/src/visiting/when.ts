import type { VisitNow } from '@anju/api/visit/now-schema'
import { timeOfDay } from '../clock/format.ts'
import type { Messages } from '../messages/zh-CN.ts'

/** Minutes beyond its time that are worth a word: those inside past the end, those set out past the beginning. */
const WORTH_SAYING_MIN = 5

/** Since when, until when, and by how much that is exceeded. */
export function whenOf(m: Messages, visit: VisitNow, zone: string, now: number): { at: string; over: string } {
  const words = m.visiting.now
  const time = (at: string): string => timeOfDay(at, zone, false)
  const inside = visit.state === 'in-service'
  const over = Math.floor((now - Date.parse(inside ? visit.plannedTo : visit.plannedFrom)) / 60_000)
  const said = String(over)
  return {
    at:
      inside && visit.since
        ? `${words.since(time(visit.since))} · ${words.until(time(visit.plannedTo))}`
        : words.due(time(visit.plannedFrom)),
    over: over < WORTH_SAYING_MIN ? '' : inside ? words.overtime(said) : words.late(said),
  }
}
