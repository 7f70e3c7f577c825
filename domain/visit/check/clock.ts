import { MINUTE_MS, minutesBetween, type PresenceFact, type VisitFacts } from './facts.ts'
import type { Found } from './finding.ts'
import type { CheckPolicy } from './policy.ts'

/** A clock that runs ahead of ours, or stands so far behind that no queue explains it. */
export function clockOff(visit: VisitFacts, policy: CheckPolicy): Found[] {
  return visit.presences.flatMap(({ part, deviceAt, receivedAt }): Found[] => {
    if (part === null || deviceAt === null) return []
    const aheadMin = (deviceAt.getTime() - receivedAt.getTime()) / MINUTE_MS
    const behind = -aheadMin >= policy.clockBehindDays * 24 * 60
    if (aheadMin < policy.clockMin && !behind) return []
    const severity = behind || aheadMin >= policy.clockGraveMin ? 'warning' : 'notice'
    const inputs = {
      minutes: Math.floor(Math.abs(aheadMin)),
      way: behind ? ('behind' as const) : ('ahead' as const),
      part,
    }
    return [{ visitId: visit.id, rule: 'clock-off', severity, inputs }]
  })
}

/** Told long after it happened: by a phone's queue, or by a hand that types. */
export function backfilled(visit: VisitFacts, policy: CheckPolicy): Found[] {
  const found = visit.presences.flatMap((presence): Found[] => {
    const { part } = presence
    if (part === null) return []
    const minutes = minutesBetween(presence.at, presence.receivedAt)
    const { how, from, loud, grave } =
      presence.way === 'typed'
        ? {
            how: 'typed-late' as const,
            from: policy.typedLateMin,
            loud: policy.typedLateMin,
            grave: policy.typedVeryLateMin,
          }
        : { how: 'sent-late' as const, from: policy.backfilledMin, loud: policy.longBackfilledMin, grave: Infinity }
    if (minutes < from) return []
    const severity = minutes >= grave ? 'grave' : minutes >= loud ? 'warning' : 'notice'
    return [{ visitId: visit.id, rule: 'backfilled', severity, inputs: { minutes, how, part } }]
  })
  return [...found, ...together(visit, policy)]
}

/** Both ends typed in one go, though they lie apart: so does an honest hand whose phone was empty. */
function together(visit: VisitFacts, policy: CheckPolicy): Found[] {
  const typed = (part: 'begin' | 'end'): PresenceFact | undefined =>
    visit.presences
      .filter((presence) => presence.part === part && presence.way === 'typed')
      .sort((a, b) => a.receivedAt.getTime() - b.receivedAt.getTime() || (a.id < b.id ? -1 : 1))[0]
  const [begin, end] = [typed('begin'), typed('end')]
  if (!begin || !end) return []
  const entered = Math.abs(minutesBetween(begin.receivedAt, end.receivedAt))
  const lay = minutesBetween(begin.at, end.at)
  if (entered >= policy.togetherMin || lay < 2 * policy.togetherMin) return []
  const inputs = { minutes: lay, how: 'typed-together', part: 'end' } as const
  return [{ visitId: visit.id, rule: 'backfilled', severity: 'notice', inputs }]
}
