import { fitnessCalls, type FitnessWorld } from './scope-fitness.fixture.ts'
import { visitCalls, type VisitWorld } from './scope-visits.fixture.ts'

/**
 * Two communities, each with everything there is. A user of the east calls every GET route of openapi.json and must
 * find nothing of the west. Whoever adds a route says here how it is called; a route without an entry fails.
 */
export interface World extends VisitWorld, FitnessWorld {
  elderId: string
  homeId: string
  buttonId: string
  meterId: string
  alarmId: string
  sessionId: string
  absenceId: string
  areaId: string
  userId: string
  shiftId: string
  providerId: string
  caregiverId: string
  rejectedId: string
  testId: string
  photoId: string
  callId: string
  referralId: string
  checkId: string
  channelId: string
  drillId: string
  handoverId: string
  probeId: string
}

/** An instant so many days ago. */
const ago = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString()

/** How each route is called with the ids of a world; null: it shows nothing of anybody's. */
export const calls: Record<string, ((world: World) => string) | null> = {
  ...visitCalls,
  ...fitnessCalls,
  '/healthz': null,
  '/readyz': null,
  '/metrics': null,
  '/api/openapi.json': null,
  '/api/session': () => '/api/session',
  '/api/sessions': () => '/api/sessions?limit=1000',
  '/api/desk': () => '/api/desk',
  '/api/areas': () => '/api/areas',
  '/api/users': () => '/api/users?limit=1000',
  '/api/users/{id}': ({ userId }) => `/api/users/${userId}`,
  '/api/users/{id}/sessions': ({ userId }) => `/api/users/${userId}/sessions`,
  '/api/shifts': () => `/api/shifts?from=${ago(2)}&to=${ago(-2)}`,
  '/api/duty': () => '/api/duty',
  '/api/providers': () => '/api/providers?limit=1000',
  '/api/providers/{id}': ({ providerId }) => `/api/providers/${providerId}`,
  '/api/caregivers': () => '/api/caregivers?limit=1000',
  '/api/caregivers/{id}/phones': ({ caregiverId }) => `/api/caregivers/${caregiverId}/phones`,
  '/api/phone': () => '/api/phone',
  '/api/phone/day': () => '/api/phone/day?from=2000-01-01T00:00:00Z&to=2100-01-01T00:00:00Z',
  '/api/caregivers/{id}': ({ caregiverId }) => `/api/caregivers/${caregiverId}`,
  '/api/homes/{id}/tags': ({ homeId }) => `/api/homes/${homeId}/tags`,
  '/api/access-log': () => '/api/access-log?limit=1000',
  '/api/access-log.csv': () => '/api/access-log.csv',
  '/api/first-run': () => '/api/first-run',
  '/api/alarms': () => '/api/alarms?state=all&limit=1000',
  '/api/alarms/{id}': ({ alarmId }) => `/api/alarms/${alarmId}`,
  '/api/alarms/{id}/notifications': ({ alarmId }) => `/api/alarms/${alarmId}/notifications`,
  '/api/alarms/{id}/takers': ({ alarmId }) => `/api/alarms/${alarmId}/takers`,
  '/api/alarm-rules': ({ areaId }) => `/api/alarm-rules?areaId=${areaId}`,
  '/api/playbooks': ({ areaId }) => `/api/playbooks?areaId=${areaId}`,
  '/api/handovers': () => '/api/handovers?limit=1000',
  '/api/drills': () => '/api/drills?limit=1000',
  '/api/drills/{id}': ({ drillId }) => `/api/drills/${drillId}`,
  '/api/probes': () => '/api/probes?limit=1000',
  '/api/anchors': () => '/api/anchors',
  '/api/anchor-attempts': () => '/api/anchor-attempts',
  '/api/channels': () => '/api/channels',
  '/api/channels/{id}': ({ channelId }) => `/api/channels/${channelId}`,
  '/api/channels/{id}/notifications': ({ channelId }) => `/api/channels/${channelId}/notifications`,
  '/api/on-call': () => '/api/on-call',
  '/api/outside': () => '/api/outside',
  '/api/calls': () => '/api/calls?limit=1000',
  '/api/calls/live': () => '/api/calls/live',
  '/api/calls/{id}': ({ callId }) => `/api/calls/${callId}`,
  '/api/referrals': () => '/api/referrals?limit=1000',
  '/api/referrals/{id}': ({ referralId }) => `/api/referrals/${referralId}`,
  '/api/care-checks': () => '/api/care-checks?limit=1000',
  '/api/care-checks/communities': () => '/api/care-checks/communities',
  '/api/care-checks/due': () => '/api/care-checks/due?limit=1000',
  '/api/care-checks/dark': () => '/api/care-checks/dark',
  '/api/figures/answering': () => `/api/figures/answering?from=${ago(2)}&to=${ago(-1)}&by=area`,
  '/api/figures/load': () => `/api/figures/load?from=${ago(2)}&to=${ago(-1)}`,
  '/api/figures/stale': () => `/api/figures/stale?from=${ago(2)}&to=${ago(-1)}`,
  '/api/figures/false-presses': () => `/api/figures/false-presses?from=${ago(2)}&to=${ago(-1)}`,
  '/api/figures/availability': () => `/api/figures/availability?from=${ago(2)}&to=${ago(-1)}`,
  '/api/figures.csv': () => `/api/figures.csv?from=${ago(2)}&to=${ago(-1)}`,
  '/api/figures.xlsx': () => `/api/figures.xlsx?from=${ago(2)}&to=${ago(-1)}`,
  '/api/elders': () => '/api/elders?limit=1000',
  '/api/elders/suggest': () => '/api/elders/suggest?name=x&phone=1',
  '/api/homes': () => '/api/homes?limit=1000',
  '/api/homes/{id}': ({ homeId }) => `/api/homes/${homeId}`,
  '/api/homes/{id}/photos': ({ homeId }) => `/api/homes/${homeId}/photos`,
  '/api/homes/{id}/photos/{photoId}': ({ homeId, photoId }) => `/api/homes/${homeId}/photos/${photoId}`,
  '/api/history': ({ homeId }) => `/api/history?subject=home:${homeId}`,
  '/api/elders/{id}': ({ elderId }) => `/api/elders/${elderId}`,
  '/api/elders/{id}/nuisance-plan': ({ elderId }) => `/api/elders/${elderId}/nuisance-plan`,
  '/api/elders/{id}/readings': ({ elderId }) => `/api/elders/${elderId}/readings`,
  '/api/elders/{id}/timeline': ({ elderId }) => `/api/elders/${elderId}/timeline`,
  '/api/devices': () => '/api/devices?limit=1000',
  '/api/devices/{id}': ({ buttonId }) => `/api/devices/${buttonId}`,
  '/api/devices/{id}/rejected': ({ meterId }) => `/api/devices/${meterId}/rejected`,
  '/api/devices/{id}/rejected/{messageId}': ({ meterId, rejectedId }) =>
    `/api/devices/${meterId}/rejected/${rejectedId}`,
  '/api/devices/{id}/messages': ({ buttonId }) => `/api/devices/${buttonId}/messages`,
  '/api/fleet': () => '/api/fleet',
  '/api/fleet/facets': () => '/api/fleet/facets',
  '/api/fleet/outages': () => '/api/fleet/outages',
  '/api/map': () => '/api/map',
  '/api/map/ground': () => '/api/map/ground',
  '/api/map/data': () => '/api/map/data',
  '/api/events': ({ elderId }) => `/api/events?topics=elder:${elderId}`,
}
