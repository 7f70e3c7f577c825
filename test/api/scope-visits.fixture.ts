import type { Pool } from 'pg'
import type { World } from './scope.fixture.ts'

/** What visits add to a world of the scope's test. */
export interface VisitWorld {
  visitId: string
  serviceId: string
  fileId: string
  presenceId: string
  tagId: string
  planId: string
  exceptionId: string
  lookId: string
}

export async function seedVisits(
  pool: Pool,
  name: string,
  of: Pick<World, 'elderId' | 'homeId' | 'areaId' | 'providerId' | 'caregiverId'>,
): Promise<VisitWorld> {
  const [visitId, serviceId, fileId] = [crypto.randomUUID(), crypto.randomUUID(), crypto.randomUUID()]
  const [presenceId, tagId, planId] = [crypto.randomUUID(), crypto.randomUUID(), crypto.randomUUID()]
  const [exceptionId, lookId] = [crypto.randomUUID(), crypto.randomUUID()]
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
    `insert into visit_file (id, visit_id, kind, type, bytes, digest, received_at)
     values ($1, $2, 'photo', 'image/png', '\\x89', '\\x00', now())`,
    [fileId, visitId],
  )
  await pool.query(
    `insert into presence (id, way, at, received_at, home_id, note) values ($1, 'reader', now(), now(), $2, $3)`,
    [presenceId, of.homeId, name],
  )
  await pool.query(
    `insert into tag (id, uid, kind, home_id, created_at) values ($1, upper(left(md5($3), 14)), 'door', $2, now())`,
    [tagId, of.homeId, name],
  )
  await pool.query(
    `insert into visit_plan (id, elder_id, provider_id, weekdays, begins_at, minutes, services, valid_from, made_at)
     values ($1, $2, $3, '{1}', '09:00', 60, $4, '2026-01-01', now())`,
    [planId, of.elderId, of.providerId, [serviceId]],
  )
  await pool.query(
    `insert into visit_exception (id, visit_id, rule, version, severity, findings, found_at, state)
     values ($1, $2, 'late', 1, 'notice', '[{"minutes": 16, "limit": 15}]', now(), 'open')`,
    [exceptionId, visitId],
  )
  await pool.query(
    `insert into video_look (id, visit_id, asked_by, asked_at, note)
     select $1, $2, id, now(), $3 from app_user where area_id = $4 and role = 'administrator'`,
    [lookId, visitId, name, of.areaId],
  )
  return { visitId, serviceId, fileId, presenceId, tagId, planId, exceptionId, lookId }
}

export const visitCalls: Record<string, (world: World) => string> = {
  '/api/visit-exceptions': () => '/api/visit-exceptions?limit=1000&show=all',
  '/api/visit-exceptions/{id}': ({ exceptionId }) => `/api/visit-exceptions/${exceptionId}`,
  '/api/video-looks': () => '/api/video-looks?show=all',
  '/api/video-looks/{id}/signal': ({ lookId }) => `/api/video-looks/${lookId}/signal`,
  '/api/visits': () => '/api/visits?limit=1000',
  '/api/visits/now': () => '/api/visits/now',
  '/api/visits/{id}': ({ visitId }) => `/api/visits/${visitId}`,
  '/api/visits/{id}/files/{fileId}': ({ visitId, fileId }) => `/api/visits/${visitId}/files/${fileId}`,
  '/api/visits/{id}/evidence': ({ visitId }) => `/api/visits/${visitId}/evidence`,
  '/api/presences': () => '/api/presences?limit=1000',
  '/api/presences/{id}/candidates': ({ presenceId }) => `/api/presences/${presenceId}/candidates`,
  '/api/tags': () => '/api/tags?state=all&limit=1000',
  '/api/tags/{id}': ({ tagId }) => `/api/tags/${tagId}`,
  '/api/area-keys': () => '/api/area-keys',
  '/api/presence-policy/preview': ({ areaId }) =>
    `/api/presence-policy/preview?areaId=${areaId}&begin=claimed&end=claimed`,
  '/api/errands': () => '/api/errands',
  '/api/presence-policy': ({ areaId }) => `/api/presence-policy?areaId=${areaId}`,
  '/api/visits/{id}/suggestions': ({ visitId }) => `/api/visits/${visitId}/suggestions`,
  '/api/visits/board': () => '/api/visits/board?from=2020-01-01T00:00:00Z&to=2100-01-01T00:00:00Z',
  '/api/visits/worklist': () => '/api/visits/worklist?kind=to-confirm',
  '/api/visits/elders': () => '/api/visits/elders?search=r',
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
  exceptionId,
  lookId,
  ...west
}: World): [string, object?][] {
  const times = { plannedFrom: '2026-01-01T01:00:00Z', plannedTo: '2026-01-01T02:00:00Z' }
  const reason = { version: 1, reason: 'x' }
  const visit = `/api/visits/${visitId}`
  const fact = { phoneId: west.fileId, key: 'x' }
  const weight = { id: 'w', at: times.plannedFrom, kind: 'weight', value: 50, unit: 'kg' }
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
    [`${visit}/erase`, { ground: 'request', note: 'x' }],
    [`${visit}/services`, { services: [{ id: serviceId, done: true }] }],
    [`${visit}/readings`, { ...fact, reading: { ...weight } }],
    [`${visit}/files`, { ...fact, kind: 'photo', data: 'iVBORw0KGgo=' }],
    [`/api/presences/${west.presenceId}/approve`, {}],
    [`/api/presences/${west.presenceId}/attach`, { visitId, part: 'begin', reason: 'x' }],
    [`/api/presences/${west.presenceId}/refuse`, { reason: 'x' }],
    [`/api/presences/${west.presenceId}/set-aside`, { why: 'visitor' }],
    [`/api/presences/${west.presenceId}/take-up`, {}],
    [`/api/presences/${west.presenceId}/badge`, { caregiverId, reason: 'x' }],
    [`/api/tags/${west.tagId}/writing`, {}],
    [`/api/tags/${west.tagId}/replacement`, { uid: '04AABBCCDD', why: 'torn-off' }],
    [`/api/tags/${west.tagId}/confirm`, {}],
    ['/api/area-keys', { areaId: west.areaId }],
    [`/api/errands/${west.presenceId}/answer`, { accepts: true }],
    [`${visit}/feedback`, { reached: true }],
    ['/api/visit-plans', { elderId, providerId, validFrom: '2026-01-01', ...agreed }],
    [`/api/visit-plans/${planId}/change`, { version: 1, from: '2027-01-01', ...agreed }],
    [`/api/visit-plans/${planId}/end`, { ...reason, from: '2027-01-01' }],
    [`${visit}/video-looks`, {}],
    [`/api/video-looks/${lookId}/agree`, { consent: 'elder', offer: 'v=0' }],
    [`/api/video-looks/${lookId}/refuse`, { refusal: 'no-camera' }],
    [`/api/video-looks/${lookId}/answer`, { answer: 'v=0' }],
    [`/api/video-looks/${lookId}/connected`],
    [`/api/video-looks/${lookId}/end`],
    [`/api/video-looks/${lookId}/finding`, { finding: 'as-ordered' }],
    ...exceptionChanges(`/api/visit-exceptions/${exceptionId}`),
  ]
}

export const presencePolicy = (areaId: string) => ({
  areaId,
  least: { begin: 'claimed', end: 'claimed' },
  typedReasons: [],
  needsPosition: false,
  reason: 'x',
})

const exceptionChanges = (exception: string): [string, object?][] => [
  [`${exception}/fix`, { version: 1, reasonCode: 'other' }],
  [`${exception}/acknowledge`, { version: 1, reasonCode: 'other' }],
  [`${exception}/investigate`, { version: 1 }],
  [`${exception}/undo`, { version: 1 }],
  [`${exception}/dispute`, { version: 1, text: 'x' }],
  [`${exception}/recheck`],
]
