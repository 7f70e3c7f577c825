import type { RefusalCode } from '@anju/domain/error'

/** What the API answers, as ARCHITECTURE.md lists it. Instants are ISO 8601 strings. */

export type Priority = 'high' | 'medium' | 'low'
export type Person = { id: string; name: string }
export type Page<T> = { items: T[]; next: string | null; asOf: number }

export type Session = {
  user: { id: string; username: string; name: string; role: string; area: { id: string; name: string; path: string } }
  session: { id: string; expiresAt: string }
  demo: boolean
  outside: Outside
}
export type Outside = 'configured' | 'none'
export type OwnSession = {
  id: string
  createdAt: string
  lastSeenAt: string
  expiresAt: string
  userAgent: string
  current: boolean
}

export type DeskState = {
  presentSeats: number
  armedHere: boolean
  oldestUnownedAt: string | null
  lastPressAt: string | null
  outside: Outside
  asOf: number
}
export type SeatState = { presentSeats: number; outside: Outside; at: string }

export type Alarm = {
  id: string
  subject: string
  elderId: string | null
  homeId: string | null
  deviceId: string | null
  kind: string
  priority: Priority
  state: 'raised' | 'acknowledged' | 'resolved'
  raisedAt: string
  clockFrom: string
  presses: number
  lastPressAt: string | null
  owner: Person | null
  acknowledgedAt: string | null
  resolvedAt: string | null
  outcome: string | null
  escalation: number
  devices: string[]
  elder: { id: string; name: string; age: number | null; sex: 'female' | 'male' | null } | null
  home: { id: string; address: string; landmark: string } | null
  area: { id: string; name: string }
  shownAt: string | null
  messageId: string | null
  /** What the button's own clock said at the first press, where the platform tells it. */
  deviceAt?: string | null
}

export type Contact = { rung: number; name: string; relation: string; phone: string }
export type Allowed = { allowed: true } | { allowed: false; reason: RefusalCode; by?: Person }
export type AlarmEntry = { id: string; at: string; kind: string; user: Person | null; body: Record<string, unknown> }

export type AlarmFile = Omit<Alarm, 'elder' | 'home'> & {
  entries: AlarmEntry[]
  elder:
    | (NonNullable<Alarm['elder']> & {
        dialect: string
        hearing: string
        allergies: string
        conditions: string
        phone: string
        contacts: Contact[]
      })
    | null
  home:
    | (NonNullable<Alarm['home']> & {
        entryNote: string
        residents: { id: string; name: string; age: number | null }[]
      })
    | null
  readings: Reading[]
  can: { acknowledge: Allowed; note: Allowed; resolve: Allowed }
}

export type Reading = {
  id: string
  messageId: string
  deviceId: string
  elderId: string | null
  kind: string
  at: string
  deviceAt: string | null
  receivedAt: string
  plausible: boolean
  marks: string[]
  systolic?: number | null
  diastolic?: number | null
  pulse?: number | null
  value?: number | null
  meal?: string | null
}

export type ElderRow = {
  id: string
  name: string
  age: number | null
  sex: 'female' | 'male' | null
  phone: string
  home: { id: string; address: string; landmark: string }
  area: { id: string; name: string }
}
export type Elder = ElderRow & {
  dialect: string
  hearing: string
  conditions: string
  allergies: string
  home: ElderRow['home'] & { entryNote: string; residents?: { id: string; name: string; age: number | null }[] }
  contacts: Contact[]
  devices: DeviceRow[]
}

export type DeviceRow = {
  id: string
  kind: string
  label: string
  area: { id: string; name: string }
  hubId: string | null
  home: { id: string; address: string } | null
  elder: Person | null
  online: boolean | null
  battery: number | null
  rssi: number | null
  firmware: string | null
  lastMessageAt: string | null
  silentSince: string | null
  revokedAt: string | null
  createdAt: string
}

export type TimelineItem = {
  id: string
  type: 'press' | 'alarm' | 'reading' | 'tap' | 'device'
  at: string
  deviceAt: string | null
  receivedAt: string
  marks: string[]
  deviceId: string | null
  alarm?: { id: string; kind: string; state: Alarm['state']; outcome: string | null }
  reading?: Reading
  [more: string]: unknown
}

export type Problem = {
  status: number
  code: string
  title: string
  detail: string
  by?: Person
  owner?: Person | null
  retryAfterS?: number
}
