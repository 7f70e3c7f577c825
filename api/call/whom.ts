import type { Static } from 'typebox'
import type { Scope } from '@anju/domain/access/scope'
import { readNumber } from '@anju/domain/call/number'
import { Refusal } from '@anju/domain/error'
import type { Db } from '@anju/prisma/reads'
import { withCallable } from '../elder/callable.ts'
import type { DialBody } from './schema.ts'

/** Whom an exchange is asked to ring. */
export interface Whom {
  number: string
  elderId: string | null
  areaId: string
  areaPath: string
}

type Asked = Omit<Static<typeof DialBody>, 'alarmId'>
interface Place {
  elderId: string | null
  area: { id: string; path: string }
}

/**
 * The number of whom the browser names, looked up here and never that of the dead. Refuses `not-found` outside the
 * scope, `invalid-request` unless one is named, and `not-callable`.
 */
export async function readWhom(scope: Scope, db: Db, asked: Asked, alarmId: string | null): Promise<Whom> {
  const named = Object.values(asked).filter((one) => one !== undefined)
  if (named.length !== 1) throw new Refusal('invalid-request', 'Say one of elder, contact, device, caregiver, service.')
  const alarm = alarmId === null ? null : await placeOfAlarm(scope, db, alarmId)
  const { elderId, contactId, deviceId, caregiverId, service } = asked
  if (elderId !== undefined) return elderOf(scope, db, elderId)
  if (contactId !== undefined) return contactOf(scope, db, contactId)
  if (deviceId !== undefined) return deviceOf(scope, db, deviceId)
  if (alarm === null) throw new Refusal('invalid-request', 'Only for an alarm: say alarmId.')
  if (service !== undefined) return whom(service, alarm)
  return caregiverOf(scope, db, caregiverId ?? '', alarm)
}

const within = (scope: Scope) => ({ area: { path: { startsWith: scope.areaPath } } })

async function placeOfAlarm(scope: Scope, db: Db, id: string): Promise<Place> {
  const row = await db.alarm.findFirst({
    where: { id, areaPath: { startsWith: scope.areaPath } },
    select: { elderId: true, area: { select: { id: true, path: true } } },
  })
  if (!row?.area) throw new Refusal('not-found')
  return { elderId: row.elderId, area: row.area }
}

async function elderOf(scope: Scope, db: Db, id: string): Promise<Whom> {
  const row = await db.elder.findFirst({
    where: { id, home: within(scope) },
    include: { home: { include: { area: true } } },
  })
  if (!row) throw new Refusal('not-found')
  return whom(row.diedOn === null ? row.phone : '', { elderId: row.id, area: row.home.area })
}

async function contactOf(scope: Scope, db: Db, id: string): Promise<Whom> {
  const row = await db.contact.findFirst({
    where: { id, elder: { home: within(scope) } },
    include: { elder: { include: { home: { include: { area: true } } } } },
  })
  if (!row) throw new Refusal('not-found')
  const [contact] = await withCallable(db, [row])
  return whom(contact?.callable === true ? row.phone : '', { elderId: row.elderId, area: row.elder.home.area })
}

/** A device stands where its area is; who lives with it now is whom one reaches through it. */
async function deviceOf(scope: Scope, db: Db, id: string): Promise<Whom> {
  const row = await db.device.findFirst({
    where: { id, revokedAt: null, ...within(scope) },
    include: {
      area: { select: { id: true, path: true } },
      assignments: { where: { validTo: null }, orderBy: { validFrom: 'desc' }, take: 1 },
    },
  })
  if (!row) throw new Refusal('not-found')
  return whom(row.voiceNumber, { elderId: row.assignments[0]?.elderId ?? null, area: row.area })
}

/** Of the providers that serve where the alarm is. */
async function caregiverOf(scope: Scope, db: Db, id: string, alarm: Place): Promise<Whom> {
  const row = await db.caregiver.findFirst({
    where: { id, leftAt: null, provider: { closedAt: null } },
    select: { phone: true, provider: { select: { area: { select: { path: true } } } } },
  })
  const serves = row !== null && alarm.area.path.startsWith(row.provider.area.path)
  if (!serves || !alarm.area.path.startsWith(scope.areaPath)) throw new Refusal('not-found')
  return whom(row.phone, alarm)
}

/** Refuses `not-callable`. */
function whom(phone: string, { elderId, area }: Place): Whom {
  const number = readNumber(phone)
  if (number === null) throw new Refusal('not-callable')
  return { number, elderId, areaId: area.id, areaPath: area.path }
}
