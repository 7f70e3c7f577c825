import type { AlarmFile } from '../api/shapes.ts'
import { timeOfDay } from '../clock/format.ts'
import { word } from '../messages/word.ts'
import type { Messages } from '../messages/zh-CN.ts'

/** Why this caregiver stands here in the list: how far the last tap was, where, when, and whether they may be sent. */
export function nearWords(m: Messages, { lastTap, missing }: AlarmFile['caregivers'][number], zone: string): string {
  const words = m.visiting.near
  const fit =
    missing.length === 0
      ? words.fit
      : words.missing(missing.map(({ kind }) => word(m.staff.fitness.kind, kind)).join(m.comma))
  if (lastTap === null) return `${words.noPlace} · ${fit}`
  const time = timeOfDay(lastTap.at, zone, false)
  const where = (lastTap.inside ? words.insideNow : words.justLeft)(lastTap.elderName, time)
  return [distance(m, lastTap.metres), where, words.where(time), fit].join(' · ')
}

function distance(m: Messages, metres: number | null): string {
  const words = m.visiting.near
  if (metres === null) return words.noPlace
  return metres < 1000 ? words.metres(String(metres)) : words.km((metres / 1000).toFixed(1))
}
