import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApi, type Api, type Client } from './api.fixture.ts'
import { bloodPressure, deliver, press } from './facts.fixture.ts'
import { calls, type World } from './scope.fixture.ts'
import { fitnessChanges, fitnessWays, seedFitness } from './scope-fitness.fixture.ts'
import { presencePolicy, seedVisits, visitChanges } from './scope-visits.fixture.ts'

let api: Api
let east: Client
let west: Client
let county: Client
let eastern: World
let western: World
let paths: Record<string, Record<string, { parameters?: { in: string; name: string }[] }>>

beforeAll(async () => {
  api = await startTestApi({ dial: { url: 'http://127.0.0.1:9/dial', secret: 'nobody listens' } })
  const top = await api.area('County')
  const communities = { east: await api.area('East', top.id), west: await api.area('West', top.id) }
  await api.user('lead', 'shift-lead', top.id)
  await api.user('eve', 'administrator', communities.east.id)
  await api.user('wes', 'administrator', communities.west.id)
  county = await api.signIn('lead')
  east = await api.signIn('eve')
  west = await api.signIn('wes')
  eastern = await seed(east, 'Eastern')
  western = await seed(west, 'Western')
  paths = (await api.client().get('/api/openapi.json')).body.paths
})
afterAll(() => api.stop())

async function seed(client: Client, name: string): Promise<World> {
  const elder = await client.post('/api/elders', { name, address: `${name} Road`, phone: '1' })
  const elderId = elder.body.id
  const register = async (kind: string) => (await client.post('/api/devices', { kind, elderId })).body.id as string
  const [buttonId, meterId, reader] = [
    await register('button'),
    await register('bp-meter'),
    await register('door-reader'),
  ]
  await deliver(api.pool, buttonId, 'press', press())
  await deliver(api.pool, meterId, 'reading', bloodPressure())
  await deliver(api.pool, meterId, 'reading', { id: 'bad', kind: 'nonsense' })
  await deliver(api.pool, reader, 'tap', { id: 't', at: new Date().toISOString(), uid: '04aabbccddee80' })
  const away = { kind: 'family', from: new Date().toISOString() }
  const absenceId = (await client.post(`/api/elders/${elderId}/absences`, away)).body.absence.id
  await client.post(`/api/devices/${buttonId}/commands`, { cmd: 'test' })
  await client.send('PUT', `/api/seats/${crypto.randomUUID()}`, { armed: true, streaming: true })
  const sessionId = (await client.get('/api/session')).body.session.id
  const alarms = (await client.get('/api/alarms?state=open')).body.items
  const areaId = (await client.get('/api/areas')).body.items[0].id
  const { id: userId } = await api.user(`${name.toLowerCase()} seat`, 'seat', areaId)
  const shift = { userId, day: away.from.slice(0, 10), from: '08:00', to: '16:00' }
  const shiftId = (await client.post('/api/shifts', shift)).body.id
  const providerId = (await client.post('/api/providers', { name: `${name} Care`, areaId })).body.id
  const caregiverId = (await client.post('/api/caregivers', { name: `${name} Hand`, providerId })).body.id
  const rejectedId = (await client.get(`/api/devices/${meterId}/rejected`)).body.items[0].id
  const testId = (await client.post(`/api/devices/${buttonId}/test-press`)).body.tests[0].id
  const staff = { areaId, userId, shiftId, providerId, caregiverId }
  const visits = await seedVisits(api.pool, name, { elderId, homeId: elder.body.home.id, ...staff })
  const fitness = await seedFitness(client, name, { elderId, ...staff })
  const desk = await seedDesk(client, { name, elderId, homeId: elder.body.home.id, areaId, buttonId })
  return {
    elderId,
    homeId: elder.body.home.id,
    buttonId,
    meterId,
    alarmId: alarms[0].id,
    sessionId,
    absenceId,
    rejectedId,
    testId,
    ...staff,
    ...desk,
    ...visits,
    ...fitness,
  }
}

/** What the desk adds to a world. */
async function seedDesk(
  client: Client,
  { name, elderId, homeId, areaId, buttonId }: Record<'name' | 'elderId' | 'homeId' | 'areaId' | 'buttonId', string>,
) {
  const made = async (path: string, body: object): Promise<string> => {
    const answer = await client.post(path, body)
    expect([path, answer.status < 300]).toEqual([path, true])
    return String(answer.body.id)
  }
  const beganAt = new Date().toISOString()
  const call = { direction: 'in', number: '13800000000', beganAt, lengthS: 60, category: 'daily-life', elderId }
  const callId = await made('/api/calls/entries', { ...call, outcome: 'settled' })
  const referralId = await made('/api/referrals', { kind: 'plumbing', what: `${name} tap`, elderId })
  const checkId = await made('/api/care-checks', { elderId, channel: 'phone', result: 'well', note: `${name} is well` })
  const channel = { kind: 'webhook', settings: { url: 'https://outside.example/x', secret: 'whsec_dGVzdA==' } }
  const channelId = await made('/api/channels', { areaId, name: `${name} way`, reasons: ['no-seat'], channel })
  const handoverId = await made('/api/handovers', { note: `${name} tonight` })
  const [photoId, drillId, probeId] = [crypto.randomUUID(), crypto.randomUUID(), crypto.randomUUID()]
  await api.pool.query(
    `insert into home_photo (id, home_id, type, bytes, caption, added_at) values ($1, $2, 'image/png', '\\x89', $3, now())`,
    [photoId, homeId, `${name} gate`],
  )
  await api.pool.query(
    `insert into drill (id, area_id, scenario, seed, started_at, ends_at, ended_at, state, report)
     values ($1, $2, 'one-press', 1, now(), now(), now(), 'stopped', null)`,
    [drillId, areaId],
  )
  await api.pool.query(`insert into probe (id, area_id, device_id, pressed_at) values ($1, $2, $3, now())`, [
    probeId,
    areaId,
    buttonId,
  ])
  return { photoId, callId, referralId, checkId, channelId, drillId, handoverId, probeId }
}

const gets = () => Object.keys(paths).filter((path) => paths[path]?.['get'])

test('every GET route of the description is called below', () => {
  expect(gets().toSorted()).toEqual(Object.keys(calls).toSorted())
})

describe('a user of the east', () => {
  test('reads her own through every route: the calls are real', async () => {
    for (const path of gets().filter((each) => each !== '/api/events')) {
      const call = calls[path]
      if (call) expect([path, (await east.get(call(eastern))).status]).toEqual([path, 200])
    }
    const lists = ['/api/elders/{id}/readings', '/api/elders/{id}/timeline', '/api/devices/{id}/rejected']
    for (const path of lists) {
      const answer = await east.get(calls[path]?.(eastern) ?? '')
      expect([path, answer.body.items.length > 0]).toEqual([path, true])
    }
  })

  test('finds nothing of the west through any route, by list or by id', async () => {
    for (const path of gets()) {
      const call = calls[path]
      if (!call) continue
      const answer = await east.get(call(western))
      const said = JSON.stringify(answer.body)
      for (const id of [...Object.values(western), 'Western']) {
        expect([path, id, said.includes(id)]).toEqual([path, id, false])
      }
      if (path.includes('{id}') || path === '/api/events') expect([path, answer.status]).toEqual([path, 404])
    }
  })

  /** Aimed at nothing of anybody's: at oneself, at the holder of a link, or at the scope itself. */
  const aimless = [
    ...['/api/session', '/api/invitation', '/api/invitation/accept', '/api/first-run'],
    ...['/api/phone/link', '/api/phone/join', '/api/phone/session'],
    ...[
      '/api/devices/list',
      '/api/devices/list/preview',
      '/api/calls',
      '/api/handovers',
      '/api/elders/search',
      '/api/elders/suggest',
      '/api/presences',
      '/api/tags/check',
      '/api/distress',
    ],
  ]

  test('changes nothing of the west', async () => {
    const { absenceId, alarmId, buttonId, elderId, homeId, testId } = western
    const { areaId, userId, shiftId, providerId, caregiverId } = western
    const { photoId, callId, referralId, checkId, channelId, drillId, handoverId } = western
    const at = new Date().toISOString()
    const reason = { version: 1, reason: 'x' }
    const seatId = crypto.randomUUID()
    const changes: [string, object?][] = [
      ...visitChanges(western),
      ...fitnessChanges(western),
      [`/api/alarms/${alarmId}/acknowledge`],
      [`/api/alarms/${alarmId}/notes`, { text: 'x' }],
      [`/api/alarms/${alarmId}/resolve`, { outcome: 'test' }],
      [`/api/alarms/${alarmId}/shown`, { seatId, presses: 1, clockFrom: at }],
      [`/api/alarms/${alarmId}/ambulance`, { status: 'called' }],
      [`/api/alarms/${alarmId}/close`, {}],
      [`/api/alarms/${alarmId}/entry`],
      [`/api/alarms/${alarmId}/give-back`, { reason: 'x' }],
      [`/api/alarms/${alarmId}/hand-over`, { toId: userId }],
      [`/api/alarms/${alarmId}/place`, { homeId }],
      [`/api/alarms/${alarmId}/reopen`, { reason: 'x' }],
      [`/api/alarms/${alarmId}/shelve`, { until: at, reason: 'x' }],
      [`/api/alarms/${alarmId}/steps`, { step: 'speak' }],
      [`/api/alarms/${alarmId}/steps/${seatId}/end`, { outcome: 'spoke' }],
      ['/api/calls/dial', { elderId }],
      [
        '/api/calls/entries',
        { direction: 'in', beganAt: at, lengthS: 1, category: 'daily-life', outcome: 'settled', elderId },
      ],
      ['/api/care-checks', { elderId, channel: 'phone', result: 'well' }],
      [`/api/care-checks/${checkId}/corrections`, { at, channel: 'phone', result: 'well' }],
      [
        '/api/channels',
        {
          areaId,
          name: 'X',
          reasons: ['no-seat'],
          channel: { kind: 'webhook', settings: { url: 'https://x.example', secret: 'x' } },
        },
      ],
      [`/api/channels/${channelId}/test`, {}],
      ['/api/drills', { areaId, scenario: 'one-press' }],
      [`/api/drills/${drillId}/stop`],
      [`/api/handovers/${handoverId}/take`],
      [`/api/homes/${homeId}/photos`, { data: 'iVBORw0KGgo=' }],
      [`/api/homes/${homeId}/photos/${photoId}/restore`],
      [`/api/homes/${homeId}/entry`, { reason: 'the meal is at the door' }],
      ['/api/referrals', { kind: 'plumbing', what: 'x', elderId }],
      [`/api/referrals/${referralId}/steps`, { version: 1, step: 'drop', result: 'x' }],
      [`/api/devices/${buttonId}/commands`, { cmd: 'test' }],
      [`/api/devices/${buttonId}/revoke`],
      [`/api/devices/${buttonId}/bind`, { elderId: eastern.elderId, move: true }],
      [`/api/devices/${buttonId}/unbind`],
      [`/api/devices/${buttonId}/rotate`],
      [`/api/devices/${buttonId}/test-press`],
      [`/api/devices/${buttonId}/test-press/${testId}/finish`],
      ['/api/devices', { kind: 'button', elderId }],
      ['/api/areas', { parentId: areaId, name: 'X', kind: 'community' }],
      ['/api/users', { name: 'X', role: 'seat', areaId }],
      [`/api/users/${userId}/disable`, {}],
      [`/api/users/${userId}/enable`],
      [`/api/users/${userId}/link`],
      ['/api/shifts', { userId, day: at.slice(0, 10), from: '20:00', to: '21:00' }],
      [`/api/shifts/${shiftId}/cancel`],
      [`/api/shifts/${shiftId}/restore`],
      ['/api/shifts/copy-week', { monday: at.slice(0, 10), areaId }],
      ['/api/providers', { name: 'X', areaId }],
      ['/api/caregivers', { name: 'X', providerId }],
      [`/api/caregivers/${caregiverId}/phone-link`],
      [`/api/caregivers/${caregiverId}/badges`, { uid: '04AABBCCDD' }],
      [`/api/homes/${homeId}/tags`, { uid: '04AABBCCDD' }],
      ['/api/elders', { name: 'Intruder', homeId }],
      [`/api/elders/${elderId}/move`, { ...reason, newHome: {}, from: at, devices: 'with' }],
      [`/api/elders/${elderId}/move/undo`, { reason: 'x' }],
      [`/api/elders/${elderId}/absences`, { kind: 'family', from: at }],
      [`/api/absences/${absenceId}/end`, { at }],
      [`/api/elders/${elderId}/death`, { ...reason, diedOn: at.slice(0, 10) }],
      [`/api/elders/${elderId}/death/undo`, { reason: 'x' }],
      [`/api/elders/${elderId}/merge`, { ...reason, into: eastern.elderId }],
      [`/api/elders/${elderId}/merge/undo`, { reason: 'x' }],
      [`/api/elders/${elderId}/id-number`, { reason: 'x' }],
    ]
    const posts = Object.keys(paths).filter((path) => paths[path]?.['post'] && !aimless.includes(path))
    expect(changes).toHaveLength(posts.length)
    for (const [path, body] of changes) expect([path, (await east.post(path, body)).status]).toEqual([path, 404])
    const ways: [string, string, object][] = [
      ...fitnessWays(western, eastern),
      ['PATCH', `/api/areas/${areaId}`, { version: 1, name: 'X' }],
      ['PATCH', `/api/devices/${buttonId}`, { version: 1, label: 'X' }],
      ['PATCH', `/api/users/${userId}`, { version: 1, name: 'X' }],
      ['PATCH', `/api/providers/${providerId}`, { version: 1, name: 'X' }],
      ['PATCH', `/api/caregivers/${caregiverId}`, { version: 1, name: 'X' }],
      ['PATCH', `/api/elders/${elderId}`, { version: 1, note: 'x' }],
      ['PUT', `/api/elders/${elderId}/contacts`, { version: 1, contacts: [] }],
      ['PATCH', `/api/homes/${homeId}`, { version: 1, address: 'x' }],
      ['PATCH', `/api/channels/${channelId}`, { version: 1, name: 'X' }],
      ['PATCH', `/api/calls/${callId}`, { version: 1, category: 'daily-life', outcome: 'settled' }],
      ['PATCH', `/api/referrals/${referralId}`, { version: 1, what: 'x' }],
      ['PUT', '/api/presence-policy', presencePolicy(areaId)],
      [
        'PUT',
        '/api/alarm-rules',
        {
          areaId,
          kind: 'battery-low',
          priority: null,
          unownedFirstS: 60,
          unownedLastS: null,
          progressS: null,
          version: 0,
        },
      ],
      ['PUT', '/api/playbooks', { areaId, kind: 'battery-low', steps: [], basedOn: null }],
      ['PUT', `/api/on-call/${areaId}`, { base: [], people: [] }],
      ['PUT', `/api/elders/${elderId}/nuisance-plan`, { script: 'x', until: new Date(Date.now() + 1e6).toISOString() }],
      ['PUT', `/api/elders/${elderId}/care-checks`, { version: 1, everyDays: 3 }],
      ['DELETE', `/api/elders/${elderId}/nuisance-plan`, {}],
      ['DELETE', `/api/homes/${homeId}/photos/${photoId}`, {}],
    ]
    for (const [method, path, body] of ways) {
      expect([path, (await east.send(method, path, body)).status]).toEqual([path, 404])
    }
    const into = await east.post(`/api/elders/${eastern.elderId}/merge`, { ...reason, into: elderId })
    expect(into.status).toBe(404)
    const bound = await east.post(`/api/devices/${eastern.buttonId}/bind`, { elderId, move: true })
    expect(bound.status).toBe(404)
    const list = Buffer.from(`kind,serial,elder id\nbutton,S-1,${elderId}\n`).toString('base64')
    const listed = await east.post('/api/devices/list', { file: list })
    expect(listed.body.rows[0].trouble.code).toBe('elder-not-found')
    const { areas } = { areas: await west.get('/api/alarms?state=open') }
    expect(areas.body.items).toMatchObject([{ id: alarmId, state: 'raised' }])
  })
})

test('the county above sees both', async () => {
  const names = (await county.get('/api/elders')).body.items.map((elder: { name: string }) => elder.name)
  expect(names.toSorted()).toEqual(['Eastern', 'Western'])
  expect((await county.get(`/api/alarms/${western.alarmId}`)).status).toBe(200)
})

test('every route but the open ones asks who is there', async () => {
  const open = ['/healthz', '/readyz', '/metrics', '/api/openapi.json', '/api/phone']
  const stranger = api.client()
  for (const path of gets().filter((each) => !open.includes(each))) {
    const answer = await stranger.get(calls[path]?.(eastern) ?? '')
    expect([path, answer.status, answer.body.code]).toEqual([path, 401, 'not-signed-in'])
  }
})

test('a provider’s own and a caregiver see nobody’s file, home or history', async () => {
  const { elderId, homeId } = eastern
  const { id: areaId } = (await api.pool.query<{ id: string }>(`select id from area where name = 'East'`)).rows[0] ?? {
    id: '',
  }
  const { rows } = await api.pool.query<{ id: string }>(
    `insert into provider (id, area_id, name, created_at) values (gen_random_uuid(), $1, 'P', $2) returning id`,
    [areaId, new Date()],
  )
  for (const role of ['provider', 'caregiver'] as const) {
    await api.pool.query(
      `insert into app_user (id, username, name, role, area_id, provider_id, password_hash, created_at)
       select gen_random_uuid(), $1, $1, $1, $2, $3, password_hash, created_at from app_user where username = 'eve'`,
      [role, areaId, rows[0]?.id],
    )
    const own = await api.signIn(role)
    const reads = [
      '/api/elders',
      '/api/elders/suggest?name=x',
      `/api/elders/${elderId}`,
      `/api/homes/${homeId}`,
      '/api/homes',
      `/api/history?subject=elder:${elderId}`,
      `/api/history?subject=device:${eastern.buttonId}`,
    ]
    for (const path of reads) expect([role, path, (await own.get(path)).status]).toEqual([role, path, 403])
  }
})

test('outside one’s duty a home and a history ask a reason, which is written down', async () => {
  const { id } = (await api.pool.query<{ id: string }>(`select id from area where name = 'East'`)).rows[0] ?? { id: '' }
  await api.user('aud', 'auditor', id)
  const auditor = await api.signIn('aud')
  for (const subject of [`home:${eastern.homeId}`, `elder:${eastern.elderId}`]) {
    expect((await auditor.get(`/api/history?subject=${subject}`)).body.code).toBe('reason-required')
  }
  expect((await auditor.get(`/api/homes/${eastern.homeId}`)).body.code).toBe('reason-required')
  const opened = await auditor.get(`/api/homes/${eastern.homeId}`, { 'anju-reason': 'audit' })
  expect(opened.status).toBe(200)
  const { rows } = await api.pool.query('select subject, reason from access_log where action = $1', ['open-file'])
  expect(rows).toEqual([{ subject: `home:${eastern.homeId}`, reason: 'audit' }])
})

test('an alarm is no way round the reason a file asks: an auditor is told no needs, numbers or keys by it', async () => {
  const { id } = await api.area('Alarmed')
  await api.user('alarmed-lead', 'shift-lead', id)
  await api.user('alarmed-auditor', 'auditor', id)
  const lead = await api.signIn('alarmed-lead')
  const contacts = [{ name: 'Son', relation: 'son', phone: '13900000002' }]
  const facts = { name: '王秀兰', allergies: 'penicillin', phone: '13900000001', contacts }
  const { id: elderId } = (await lead.post('/api/elders', facts)).body
  await api.pool.query(
    `update home set entry_note = 'key under the pot' where id = (select home_id from elder where id = $1)`,
    [elderId],
  )
  const button = (await lead.post('/api/devices', { kind: 'button', elderId })).body
  await deliver(api.pool, button.id, 'press', press())
  const alarmId = (await lead.get('/api/alarms?state=open')).body.items[0].id
  const seen = async (client: Client) => (await client.get(`/api/alarms/${alarmId}`)).body
  const [answered, audited] = [await seen(lead), await seen(await api.signIn('alarmed-auditor'))]
  expect(answered).toMatchObject({ withheld: false, entryOnFile: true, elder: { contacts } })
  expect(JSON.stringify(answered)).not.toMatch(/pot/)
  expect(audited).toMatchObject({ withheld: true, elder: { name: '王秀兰', contacts: [] }, readings: [] })
  expect(JSON.stringify(audited)).not.toMatch(/pot|penicillin|1390000000/)
})
