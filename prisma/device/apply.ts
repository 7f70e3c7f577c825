import { FIRST_ASSIGNMENT_LEAD_MS, idPrefix, silentAfterS, type DeviceKind } from '@anju/domain/device/kinds'
import { Refusal } from '@anju/domain/error'
import { armDeadline } from '../deadline/apply.ts'
import { newId } from '../id.ts'
import { seal, type MasterKey } from '../key.ts'
import { lockSubjects, type Tx } from '../tx.ts'
import { HTTP_KEY_PURPOSE, httpKeyOf, newDeviceName, newSecret, secretHash } from './secret.ts'

export interface NewDevice {
  kind: DeviceKind
  elderId: string
  label?: string
  /** A meter of two users: which of them this elder is. */
  userNumber?: number
  /** The hub that speaks for it. */
  hubId?: string
}

/**
 * Registers a device for an elder within the area `within`: device, secret, its home, and the question whether it
 * has gone silent. The secret is answered this once. Refuses `not-found` for an elder or hub outside.
 */
export async function registerDevice(
  tx: Tx,
  key: MasterKey,
  device: NewDevice & { within: string; now: Date },
): Promise<{ id: string; secret: string; homeId: string }> {
  const { kind, elderId, now } = device
  const place = await placeOf(tx, elderId, device.within)
  if (device.hubId !== undefined) await requireHub(tx, device.hubId, device.within)
  const id = `${idPrefix[kind]}-${newDeviceName()}`
  const secret = newSecret()
  await tx.query(
    `insert into device (id, kind, area_id, hub_id, label, secret_hash, http_key_sealed, silent_after_s, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      id,
      kind,
      place.areaId,
      device.hubId ?? null,
      device.label ?? '',
      secretHash(secret),
      seal(key, HTTP_KEY_PURPOSE, id, httpKeyOf(secret)),
      silentAfterS[kind],
      now,
    ],
  )
  await tx.query('insert into device_state (device_id) values ($1)', [id])
  await tx.query(
    `insert into assignment (id, device_id, home_id, elder_id, user_number, valid_from)
     values ($1, $2, $3, $4, $5, $6)`,
    [
      newId(now),
      id,
      place.homeId,
      elderId,
      device.userNumber ?? null,
      new Date(now.getTime() - FIRST_ASSIGNMENT_LEAD_MS),
    ],
  )
  const dueAt = new Date(now.getTime() + silentAfterS[kind] * 1000)
  armDeadline(tx, { kind: 'device-silent', ref: id, subject: `device:${id}`, dueAt })
  tx.events.push({
    at: now,
    topic: 'device',
    name: 'device.registered',
    areaPath: place.areaPath,
    subject: `device:${id}`,
    body: { deviceId: id, kind, elderId, homeId: place.homeId },
  })
  return { id, secret, homeId: place.homeId }
}

async function placeOf(tx: Tx, elderId: string, within: string) {
  const [place] = await tx.query<{ homeId: string; areaId: string; areaPath: string }>(
    `select home.id as "homeId", area.id as "areaId", area.path as "areaPath"
     from elder join home on home.id = elder.home_id join area on area.id = home.area_id
     where elder.id = $1 and starts_with(area.path, $2) for share of elder`,
    [elderId, within],
  )
  if (!place) throw new Refusal('not-found', 'There is no such elder in your area.')
  return place
}

async function requireHub(tx: Tx, hubId: string, within: string): Promise<void> {
  const [hub] = await tx.query(
    `select device.id from device join area on area.id = device.area_id
     where device.id = $1 and device.kind = 'hub' and device.revoked_at is null and starts_with(area.path, $2)`,
    [hubId, within],
  )
  if (!hub) throw new Refusal('not-found', 'There is no such hub in your area.')
}

/**
 * Cuts a device off: gateways hear the event and disconnect it, and its secret opens nothing any more. Refuses
 * `not-found` outside `within` and `device-revoked` the second time.
 */
export async function revokeDevice(
  tx: Tx,
  { deviceId, within, now }: { deviceId: string; within: string; now: Date },
): Promise<void> {
  await lockSubjects(tx, [`device:${deviceId}`])
  const [device] = await tx.query<{ revokedAt: Date | null; areaPath: string }>(
    `select device.revoked_at as "revokedAt", area.path as "areaPath"
     from device join area on area.id = device.area_id
     where device.id = $1 and starts_with(area.path, $2) for update of device`,
    [deviceId, within],
  )
  if (!device) throw new Refusal('not-found')
  if (device.revokedAt !== null) throw new Refusal('device-revoked')
  await tx.query('update device set revoked_at = $2 where id = $1', [deviceId, now])
  tx.events.push({
    at: now,
    topic: 'device',
    name: 'device.revoked',
    areaPath: device.areaPath,
    subject: `device:${deviceId}`,
    body: { deviceId },
  })
}
