import { CREDENTIAL_KINDS, HELD_BY_ALL } from '@anju/domain/visit/credential'
import { connectButton, type ConnectedButton } from '../device.ts'
import { ADMIN_PASSWORD, signIn } from '../journeys/product.ts'

type Id = { id: string }
type List<T> = { items: (Id & T)[] }
type Call = Awaited<ReturnType<typeof signIn>>

export const DEMO_PASSWORD = 'anju-demo'

/** Who and what the screens are about: found in the demo county, or made where it has none. */
export interface Staged {
  url: string
  elderId: string
  homeId: string
  providerId: string
  buttonId: string
  hubId: string
  /** A visit that is over, with both ends; one that is still to come; one that a phone goes through. */
  doneVisitId: string
  plannedVisitId: string
  phoneVisitId: string
  /** Given up on the phone. */
  awayVisitId: string
  caregiverId: string
  userId: string
  serviceId: string
  tagId: string
  /** A service that asks something before it is given. */
  askingServiceId: string
  sessionId: string
  channelId: string
  drillId: string
  callId: string
  /** Taken, with steps under way. */
  alarmId: string
  /** A caregiver's phone is taken into use by it, once each. */
  phoneLinks: string[]
  /** A colleague's way in, not used yet. */
  invitation: string
  /** Where she is whom the phone goes to. */
  door: { longitude: number; latitude: number }
  end(): Promise<void>
}

/** Makes what the county does not hold by itself: open alarms, a way outside, a drill, a note of the last shift. */
export async function stage(url: string, mqtt: number): Promise<Staged> {
  const admin = await signIn(url, 'admin', ADMIN_PASSWORD)
  const lead = await signIn(url, 'lead', DEMO_PASSWORD)
  const seat = await signIn(url, 'desk1', DEMO_PASSWORD)
  const office = await signIn(url, 'provider', DEMO_PASSWORD)
  const first = async <T>(as: Call, path: string): Promise<Id & T> => {
    const { items } = await as<List<T>>('GET', path)
    const [item] = items
    if (item === undefined) throw new Error(`${path} is empty`)
    return item
  }
  type Planned = { elder: Id & { name: string }; provider: Id; services: Id[] }
  const plans = await lead<List<Planned>>('GET', '/api/visit-plans?limit=50')
  // the first of the households that documents and tests name
  const plan = plans.items.find(({ elder }) => elder.name === '陈秀兰')
  if (!plan) throw new Error('the demo has her')
  const { user } = await lead<{ user: Id & { area: Id } }>('GET', '/api/session')
  const elder = await lead<Id & { version: number; home: Id; area: Id }>('GET', `/api/elders/${plan.elder.id}`)
  await lead('PATCH', `/api/elders/${elder.id}`, {
    version: elder.version,
    allergies: '青霉素、头孢类抗生素',
    hearing: '右耳听不清，要靠近左边大声说',
    note: '不吃猪肉；怕狗；腿脚不便，应门要等两三分钟',
  })
  const home = await lead<{ position: { lon: number; lat: number } | null }>('GET', `/api/homes/${elder.home.id}`)
  const door = { longitude: home.position?.lon ?? 0, latitude: home.position?.lat ?? 0 }

  const buttons: ConnectedButton[] = []
  const press = async (elderId: string): Promise<string> => {
    const made = await lead<Id & { secret: string }>('POST', '/api/devices', { kind: 'button', elderId, label: '床头' })
    const button = await connectButton(mqtt, made)
    buttons.push(button)
    await button.press('help')
    const { items } = await lead<List<{ elderId: string | null }>>('GET', '/api/alarms?state=open')
    const raised = items.find((alarm) => alarm.elderId === elderId)
    if (!raised) throw new Error('a press raises')
    return raised.id
  }
  const others = plans.items.filter((one) => one.elder.id !== elder.id)
  const alarmId = await press(elder.id)
  for (const other of others.slice(1, 3)) await press(other.elder.id)
  await seat('POST', `/api/alarms/${alarmId}/acknowledge`)

  const caregiver = await admin<Id>('POST', '/api/caregivers', {
    name: '欧阳春兰',
    providerId: plan.provider.id,
    phone: '19900000900',
  })
  for (const kind of CREDENTIAL_KINDS.filter((each) => HELD_BY_ALL[each] !== undefined)) {
    await admin('POST', `/api/caregivers/${caregiver.id}/credentials`, { kind, issuedOn: '2026-01-05' })
  }
  await seat('POST', `/api/alarms/${alarmId}/steps`, { step: 'speak' })
  await seat('POST', `/api/alarms/${alarmId}/steps`, { step: 'helper', caregiverId: caregiver.id })
  await admin('POST', '/api/kinships', { caregiverId: caregiver.id, elderId: elder.id, relation: '侄女' })
  const services = await lead<List<{ code: string }>>('GET', '/api/services')
  const askingServiceId = services.items.find(({ code }) => code === '12')?.id ?? ''
  const planVisit = async (inMin: number): Promise<string> => {
    const from = Date.now() + inMin * 60_000
    const times = { plannedFrom: new Date(from).toISOString(), plannedTo: new Date(from + 3_600_000).toISOString() }
    const visit = {
      elderIds: [elder.id],
      providerId: plan.provider.id,
      serviceIds: [...plan.services.map(({ id }) => id), askingServiceId],
    }
    const { ids } = await admin<{ ids: [string] }>('POST', '/api/visits', { ...visit, ...times })
    await admin('POST', `/api/visits/${ids[0]}/assign`, { version: 1, caregiverId: caregiver.id })
    return ids[0]
  }
  const [phoneVisitId, awayVisitId, plannedVisitId] = [await planVisit(5), await planVisit(120), await planVisit(300)]
  const link = () =>
    admin<{ link: string }>('POST', `/api/caregivers/${caregiver.id}/phone-link`).then(({ link: one }) => pathOf(one))

  const channel = await admin<Id>('POST', '/api/channels', {
    areaId: user.area.id,
    name: '值班室推送',
    reasons: ['no-seat'],
    channel: { kind: 'webhook', settings: { url: 'https://outside.example/anju', secret: 'whsec_dGVzdA==' } },
  })
  await lead('POST', '/api/handovers', {
    note: '王炳生家的按键昨夜误触两次，儿子答应周末来换位置。\n东岭社区下午停电到五点。',
  })
  const drillId = await drill(lead, seat, user.area.id)
  const invited = await admin<{ link: string }>('POST', '/api/users', {
    name: '周站长',
    role: 'provider',
    providerId: plan.provider.id,
  })
  return {
    url,
    elderId: elder.id,
    homeId: elder.home.id,
    providerId: plan.provider.id,
    buttonId: (await first<object>(lead, '/api/devices?kind=button')).id,
    hubId: (await first<object>(lead, '/api/devices?kind=hub')).id,
    doneVisitId: (await first<object>(office, '/api/visits?state=to-call-back')).id,
    plannedVisitId,
    phoneVisitId,
    awayVisitId,
    caregiverId: caregiver.id,
    userId: (await first<object>(lead, '/api/users?role=shift-lead')).id,
    serviceId: (await first<object>(lead, '/api/services')).id,
    askingServiceId,
    tagId: (await first<object>(admin, '/api/tags?limit=1')).id,
    sessionId: (await first<object>(lead, '/api/group-sessions')).id,
    channelId: channel.id,
    drillId,
    callId: (await first<object>(lead, '/api/calls?show=unfiled').catch(() => first<object>(lead, '/api/calls'))).id,
    alarmId,
    phoneLinks: [await link()],
    invitation: pathOf(invited.link),
    door,
    async end() {
      await Promise.all(buttons.map((button) => button.end()))
    },
  }
}

function pathOf(link: string): string {
  const { pathname, hash } = new URL(link)
  return pathname + hash
}

/** One that is over, so that it has a report. */
async function drill(lead: Call, seat: Call, areaId: string): Promise<string> {
  const { id } = await lead<Id>('POST', '/api/drills', { scenario: 'one-press', areaId, tellsOutside: false })
  for (let answered = false; !answered;) {
    const { items } = await seat<List<{ drillId: string | null }>>('GET', '/api/alarms?state=open')
    const raised = items.find(({ drillId }) => drillId === id)
    if (raised) {
      await seat('POST', `/api/alarms/${raised.id}/acknowledge`)
      await seat('POST', `/api/alarms/${raised.id}/resolve`, { outcome: 'test' })
      answered = true
    } else await new Promise((resolve) => setTimeout(resolve, 200))
  }
  return id
}
