import type { Answer, Client } from './api.fixture.ts'
import type { World } from './scope.fixture.ts'

/** What stands around visits: who may be sent, to whom kin, by which contract; and who sang in the hall. */
export interface FitnessWorld {
  contractId: string
  credentialId: string
  kinshipId: string
  groupSessionId: string
}

/** An instant so many hours ago. */
const ago = (hours: number): string => new Date(Date.now() - hours * 3_600_000).toISOString()

export async function seedFitness(
  client: Client,
  name: string,
  { areaId, providerId, caregiverId, elderId }: Pick<World, 'areaId' | 'providerId' | 'caregiverId' | 'elderId'>,
): Promise<FitnessWorld> {
  const made = async (path: string, body: object): Promise<Answer['body']> => {
    const answer = await client.post(path, body)
    if (answer.status !== 201) throw new Error(`${path}: ${JSON.stringify(answer.body)}`)
    return answer.body
  }
  const contract = { providerId, areaId, number: `${name} 1`, validFrom: '2020-01-01' }
  const paper = { kind: 'exam', issuedOn: '2026-01-01', data: Buffer.from('%PDF-1.7').toString('base64') }
  const { id: contractId } = await made('/api/contracts', contract)
  const credentials = await made(`/api/caregivers/${caregiverId}/credentials`, paper)
  const kin = await made('/api/kinships', { caregiverId, elderId, relation: 'niece' })
  const planned = { plannedFrom: ago(3), plannedTo: ago(2), title: `${name} songs`, place: `${name} hall` }
  const { id: groupSessionId } = await made('/api/group-sessions', { providerId, areaId, ...planned })
  const noted = { version: 1, elderIds: [elderId] }
  await client.send('PUT', `/api/group-sessions/${groupSessionId}/attendance`, noted)
  return { contractId, credentialId: credentials.items[0].id, kinshipId: kin.items[0].id, groupSessionId }
}

export const fitnessCalls: Record<string, (world: World) => string> = {
  '/api/providers/{id}/elders': ({ providerId }) => `/api/providers/${providerId}/elders`,
  '/api/caregivers/{id}/credentials': ({ caregiverId }) => `/api/caregivers/${caregiverId}/credentials`,
  '/api/caregivers/{id}/kinships': ({ caregiverId }) => `/api/caregivers/${caregiverId}/kinships`,
  '/api/credentials/worklist': () => '/api/credentials/worklist?limit=1000',
  '/api/credentials/{id}/document': ({ credentialId }) => `/api/credentials/${credentialId}/document`,
  '/api/elders/{id}/kinships': ({ elderId }) => `/api/elders/${elderId}/kinships`,
  '/api/contracts': () => '/api/contracts',
  '/api/services': () => '/api/services',
  '/api/services/{id}': ({ serviceId }) => `/api/services/${serviceId}`,
  '/api/group-sessions': () => '/api/group-sessions?limit=1000',
  '/api/group-sessions/{id}': ({ groupSessionId }) => `/api/group-sessions/${groupSessionId}`,
}

/** Every POST about them, aimed at a world. */
export function fitnessChanges(world: World): [string, object?][] {
  const { areaId, providerId, caregiverId, elderId, credentialId, kinshipId } = world
  const session = { title: 'x', place: 'x', plannedFrom: ago(3), plannedTo: ago(2) }
  return [
    [`/api/caregivers/${caregiverId}/credentials`, { kind: 'exam', issuedOn: '2026-01-01' }],
    [`/api/credentials/${credentialId}/withdraw`, { reason: 'x' }],
    ['/api/contracts', { providerId, areaId, number: 'x', validFrom: '2026-01-01' }],
    ['/api/kinships', { caregiverId, elderId, relation: 'x' }],
    [`/api/kinships/${kinshipId}/end`, {}],
    ['/api/services', { areaId, code: '1', category: 'custom', name: 'x' }],
    ['/api/services/annex', { areaId }],
    ['/api/group-sessions', { providerId, areaId, ...session }],
  ]
}

/** The same by other methods; and one's own session and caregiver with somebody of that world. */
export function fitnessWays(world: World, own: World): [string, string, object][] {
  const { serviceId, contractId, groupSessionId, elderId } = world
  return [
    ['PATCH', `/api/services/${serviceId}`, { version: 1, name: 'X' }],
    ['PATCH', `/api/contracts/${contractId}`, { version: 1, number: 'X' }],
    ['PATCH', `/api/group-sessions/${groupSessionId}`, { version: 2, title: 'X' }],
    ['PUT', `/api/group-sessions/${groupSessionId}/attendance`, { version: 2, elderIds: [] }],
    ['PUT', `/api/group-sessions/${own.groupSessionId}/attendance`, { version: 2, elderIds: [elderId] }],
    ['POST', '/api/kinships', { caregiverId: own.caregiverId, elderId, relation: 'x' }],
  ]
}
