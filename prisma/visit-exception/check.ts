import { checkMonth, checkVisit } from '@anju/domain/visit/check/check'
import { todayIn } from '@anju/domain/elder/day'
import type { Around } from '@anju/domain/visit/check/facts'
import { type DueDeadline, closeDeadline } from '../deadline/apply.ts'
import type { Tx } from '../tx.ts'
import { type HeldVisit, loadVisit } from '../visit/hold.ts'
import { settleReadiness } from '../visit/ready.ts'
import { armVisitChecks } from './arm.ts'
import { loadAround, loadLooks } from './around.ts'
import { type Batch, loadVisitFacts } from './load.ts'
import { loadCheckPolicy } from './policy.ts'
import { storeFindings } from './store.ts'

const DAY_MS = 86_400_000

/** The deadline of one visit. The caller holds its elder's lock. */
export async function decideVisitCheck(tx: Tx, due: DueDeadline, now: Date): Promise<void> {
  const visit = await loadVisit(tx, due.ref)
  if (!visit || visit.drill) return closeDeadline(tx, due, 'moot', { why: visit ? 'drill' : 'gone' }, now)
  const changed = await recheckVisit(tx, visit, null, now)
  await closeDeadline(tx, due, 'done', { changed }, now)
}

/** Looks at one visit beside its caregiver's month and whatever shares its phones, tags and photos. */
export async function recheckVisit(tx: Tx, visit: HeldVisit, userId: string | null, now: Date): Promise<boolean> {
  const month = todayIn(visit.timeZone, visit.beganAt ?? visit.plannedFrom).slice(0, 7)
  const batch = { providerId: visit.providerId, caregiverIds: [visit.caregiverId], ...spanOf(month) }
  // Of visits that nobody was given there is no month to look at.
  const all = await loadVisitFacts(tx, batch)
  const visits = visit.caregiverId === null ? all.filter(({ id }) => id === visit.id) : all
  const hasPhotos = visits.some(({ id, photos }) => id === visit.id && photos.length > 0)
  const around = await loadAround(tx, visits, batch, hasPhotos ? await loadLooks(tx, batch) : [])
  const findings = checkVisit(visit.id, { visits, around, asOf: now, policy: await loadCheckPolicy(tx) })
  const changed = await storeFindings(tx, [visit.id], findings, now)
  if (changed.size > 0) tellChecked(tx, visit, now)
  await settleReadiness(tx, visit, userId, now)
  return changed.size > 0
}

/** What was found is in the queue; the log says of which visit, never what. */
function tellChecked(tx: Tx, visit: Told, now: Date): void {
  const { id: visitId, elderId, homeId, providerId, caregiverId, state } = visit
  tx.events.push({
    at: now,
    topic: 'visit',
    name: 'visit.checked',
    areaPath: visit.areaPath,
    subject: `visit:${visitId}`,
    body: { visitId, elderId, homeId, providerId, caregiverId, state },
  })
}
type Told = Pick<HeldVisit, 'id' | 'areaPath' | 'elderId' | 'homeId' | 'providerId' | 'caregiverId' | 'state'>

/**
 * Looks at the visits of some of a provider's caregivers in a month, 'YYYY-MM' in each visit's zone. Answers how many,
 * and in how many anything changed.
 */
export async function checkBatch(
  tx: Tx,
  { month, looks, ...of }: Omit<Batch, 'from' | 'to'> & { month: string; looks: Around['photos'] },
  now: Date,
): Promise<{ visits: number; changed: number }> {
  const batch = { ...of, ...spanOf(month) }
  const visits = await loadVisitFacts(tx, batch)
  const around = await loadAround(tx, visits, batch, looks)
  const findings = checkMonth({ visits, around, asOf: now, policy: await loadCheckPolicy(tx) })
  // Of the days beside it only neighbours are seen, and never a whole month.
  const ids = new Set(visits.filter(({ day }) => day.startsWith(month)).map(({ id }) => id))
  const own = findings.filter(({ visitId }) => ids.has(visitId))
  const changed = await storeFindings(tx, [...ids], own, now)
  await tellChanged(tx, [...changed], now)
  return { visits: ids.size, changed: changed.size }
}

/** Whether they may be settled is asked again one by one, under their elders' locks. */
async function tellChanged(tx: Tx, ids: readonly string[], now: Date): Promise<void> {
  if (ids.length === 0) return
  const rows = await tx.query<Told & Record<string, unknown>>(
    `select id, area_path as "areaPath", elder_id as "elderId", home_id as "homeId", provider_id as "providerId",
            caregiver_id as "caregiverId", state from visit where id = any($1) order by id`,
    [ids],
    'anew',
  )
  for (const visit of rows) tellChecked(tx, visit, now)
  armVisitChecks(
    tx,
    rows.filter(({ state }) => state === 'called-back' || state === 'ready'),
    now,
  )
}

/** A month with a day to each side: whatever the zone, and neighbours across midnight. */
export function spanOf(month: string): { from: Date; to: Date } {
  const [year = 0, number = 1] = month.split('-').map(Number)
  return {
    from: new Date(Date.UTC(year, number - 1, 1) - DAY_MS),
    to: new Date(Date.UTC(year, number, 1) + DAY_MS),
  }
}
