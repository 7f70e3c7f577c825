import type { Pool } from 'pg'
import type { World } from './scope.fixture.ts'

/** What visits add to a world of the scope's test. */
export interface VisitWorld {
  visitId: string
  serviceId: string
  planId: string
}

export async function seedVisits(
  pool: Pool,
  name: string,
  of: Pick<World, 'elderId' | 'homeId' | 'areaId' | 'providerId' | 'caregiverId'>,
): Promise<VisitWorld> {
  const [visitId, serviceId, planId] = [crypto.randomUUID(), crypto.randomUUID(), crypto.randomUUID()]
  await pool.query(
    `insert into service (id, area_id, code, category, name, made_at) values ($1, $2, '3', 'cleaning', $3, now())`,
    [serviceId, of.areaId, `${name} cleaning`],
  )
  await pool.query(
    `insert into visit (id, area_id, area_path, elder_id, home_id, provider_id, caregiver_id, planned_from, planned_to,
                        state, made_at)
     select $1, id, path, $3, $4, $5, $6, now(), now() + interval '1 hour', 'assigned', now() from area where id = $2`,
    [visitId, of.areaId, of.elderId, of.homeId, of.providerId, of.caregiverId],
  )
  await pool.query(
    `insert into visit_plan (id, elder_id, provider_id, weekdays, begins_at, minutes, services, valid_from, made_at)
     values ($1, $2, $3, '{1}', '09:00', 60, $4, '2026-01-01', now())`,
    [planId, of.elderId, of.providerId, [serviceId]],
  )
  return { visitId, serviceId, planId }
}

export const visitCalls: Record<string, (world: World) => string> = {
  '/api/visits': () => '/api/visits?limit=1000',
  '/api/visits/{id}': ({ visitId }) => `/api/visits/${visitId}`,
  '/api/visits/{id}/suggestions': ({ visitId }) => `/api/visits/${visitId}/suggestions`,
  '/api/visits/board': () => '/api/visits/board?from=2020-01-01T00:00:00Z&to=2100-01-01T00:00:00Z',
  '/api/visits/worklist': () => '/api/visits/worklist?kind=to-confirm',
  '/api/visits/to-ask': () => '/api/visits/to-ask',
  '/api/visit-plans': () => '/api/visit-plans?show=all&limit=1000',
  '/api/visit-plans/{id}': ({ planId }) => `/api/visit-plans/${planId}`,
}

/** Every POST that touches a visit, aimed at a world. */
export function visitChanges({
  visitId,
  planId,
  elderId,
  providerId,
  caregiverId,
  serviceId,
}: World): [string, object?][] {
  const times = { plannedFrom: '2026-01-01T01:00:00Z', plannedTo: '2026-01-01T02:00:00Z' }
  const reason = { version: 1, reason: 'x' }
  const visit = `/api/visits/${visitId}`
  const hour = { weekdays: [1], everyWeeks: 1, beginsAt: '09:00', minutes: 60 }
  const agreed = { ...hour, caregiverId: null, serviceIds: [serviceId], validTo: null }
  return [
    ['/api/visits', { elderIds: [elderId], providerId, serviceIds: [serviceId], ...times }],
    [`${visit}/assign`, { version: 1, caregiverId }],
    [`${visit}/answer`, { accepts: true }],
    [`${visit}/confirm`, { spokeWith: 'x' }],
    [`${visit}/reschedule`, { ...reason, ...times }],
    [`${visit}/cancel`, reason],
    [`${visit}/set-out`, {}],
    [`${visit}/turn-away`, { outcome: 'not-home' }],
    [`${visit}/evaluation`, { face: 'good', signed: { how: 'cannot' }, propertyChecked: true }],
    [`${visit}/call-back`, { reached: true }],
    [`${visit}/question`, { ...reason, inQuestion: true }],
    [`${visit}/notes`, { text: 'x' }],
    [`${visit}/feedback`, { reached: true }],
    ['/api/visit-plans', { elderId, providerId, validFrom: '2026-01-01', ...agreed }],
    [`/api/visit-plans/${planId}/change`, { version: 1, from: '2027-01-01', ...agreed }],
    [`/api/visit-plans/${planId}/end`, { ...reason, from: '2027-01-01' }],
  ]
}
