import { readNumber } from '@anju/domain/call/number'
import type { DeviceKind } from '@anju/domain/device/kinds'
import { tidyPhone } from '@anju/domain/elder/name'
import { Refusal } from '@anju/domain/error'
import { recordChange } from '../history/apply.ts'
import { lastChangeOf } from '../history/changed-by.ts'
import { seal, type MasterKey } from '../key.ts'
import { sqlState } from '../sqlstate.ts'
import { lockSubjects, type Tx } from '../tx.ts'
import { HTTP_KEY_PURPOSE, httpKeyOf, newSecret, secretHash } from './secret.ts'
import { insertDevices } from './store.ts'

export interface NewDevice {
  kind: DeviceKind
  /** Whose it is; or the home alone, for what is everybody's there; or only the area, for the shelf. */
  elderId?: string
  homeId?: string
  areaId?: string
  label?: string
  model?: string
  /** The maker's number on the case; nobody else's. */
  serial?: string
  /** A meter of two users: which of them this elder is. */
  userNumber?: number
  /** The hub that speaks for it. */
  hubId?: string
}

/** Who acts, where, and when: `within` is a scope's path; `userId` null for a program. */
export interface Actor {
  within: string
  userId?: string | null
  now: Date
}

/**
 * Registers a device within the area `within`: device, secret, its home, and the question whether it has gone silent.
 * The secret is answered this once. Refuses `not-found` for an elder, home or area outside, `no-such-hub` and
 * `serial-taken`.
 */
export async function registerDevice(
  tx: Tx,
  key: MasterKey,
  device: NewDevice & Actor,
): Promise<{ id: string; secret: string; homeId: string | null; elderId: string | null }> {
  const { kind, now, label = '', model = '', serial = '' } = device
  const place = await placeOf(tx, device)
  if (device.hubId !== undefined) await requireHub(tx, device.hubId, device.within)
  const { homeId, elderId } = place
  const [stored] = await insertDevices(
    tx,
    key,
    [
      {
        kind,
        label,
        model,
        serial,
        areaId: place.areaId,
        homeId,
        elderId,
        userNumber: homeId === null ? null : (device.userNumber ?? null),
        hubId: device.hubId ?? null,
      },
    ],
    now,
  )
  if (!stored) throw new Refusal('serial-taken')
  const { id, secret } = stored
  await recordChange(tx, {
    subject: `device:${id}`,
    action: 'registered',
    before: {},
    after: { kind, label, model, serial, hubId: device.hubId ?? null, homeId, elderId },
    reason: '',
    userId: device.userId ?? null,
    now,
  })
  tx.events.push({
    at: now,
    topic: 'device',
    name: 'device.registered',
    areaPath: place.areaPath,
    subject: `device:${id}`,
    body: { deviceId: id, kind, elderId, homeId },
  })
  return { id, secret, homeId, elderId }
}

export interface Place {
  homeId: string | null
  elderId: string | null
  areaId: string
  areaPath: string
}

/**
 * The home of an elder, a home, or an area, within `within`; locked against moving while a device comes. Refuses
 * `not-found`, `elder-dead` and `elder-merged`: what she pressed would raise for nobody.
 */
export async function placeOf(
  tx: Tx,
  { elderId, homeId, areaId, within }: { elderId?: string; homeId?: string; areaId?: string; within: string },
): Promise<Place> {
  if (elderId !== undefined) {
    const [found] = await tx.query<Place & { dead: boolean; mergedInto: string | null }>(
      `select home.id as "homeId", elder.id as "elderId", area.id as "areaId", area.path as "areaPath",
              elder.died_on is not null as dead, elder.merged_into as "mergedInto"
       from elder join home on home.id = elder.home_id join area on area.id = home.area_id
       where elder.id = $1 and starts_with(area.path, $2) for share of elder, home`,
      [elderId, within],
    )
    if (!found || (homeId !== undefined && homeId !== found.homeId)) {
      throw new Refusal('not-found', 'There is no such elder in your area.')
    }
    const { dead, mergedInto, ...place } = found
    if (mergedInto !== null) throw new Refusal('elder-merged', undefined, { mergedInto })
    if (dead) throw new Refusal('elder-dead')
    return place
  }
  if (homeId !== undefined) {
    const [place] = await tx.query<Place>(
      `select home.id as "homeId", null as "elderId", area.id as "areaId", area.path as "areaPath"
       from home join area on area.id = home.area_id
       where home.id = $1 and starts_with(area.path, $2) for share of home`,
      [homeId, within],
    )
    if (place) return place
    throw new Refusal('not-found', 'There is no such home in your area.')
  }
  const [place] = await tx.query<Place>(
    `select null as "homeId", null as "elderId", id as "areaId", path as "areaPath" from area
     where starts_with(path, $2) and id = $1`,
    [areaId ?? null, within],
  )
  if (place) return place
  throw new Refusal('not-found', 'There is no such area within yours.')
}

async function requireHub(tx: Tx, hubId: string, within: string): Promise<void> {
  const [hub] = await tx.query(
    `select device.id from device join area on area.id = device.area_id
     where device.id = $1 and device.kind = 'hub' and device.revoked_at is null and starts_with(area.path, $2)`,
    [hubId, within],
  )
  if (!hub) throw new Refusal('no-such-hub')
}

export interface HeldDevice {
  id: string
  kind: DeviceKind
  areaPath: string
  version: number
  label: string
  model: string
  serial: string
  voiceNumber: string
  hubId: string | null
  revokedAt: Date | null
}

/** Takes a device for a change: nobody else changes it meanwhile. Refuses `not-found` outside `within`. */
export async function holdDevice(tx: Tx, deviceId: string, within: string): Promise<HeldDevice> {
  await lockSubjects(tx, [`device:${deviceId}`])
  const [device] = await tx.query<HeldDevice>(
    `select device.id, device.kind, area.path as "areaPath", device.version, device.label, device.model, device.serial,
            device.voice_number as "voiceNumber", device.hub_id as "hubId", device.revoked_at as "revokedAt"
     from device join area on area.id = device.area_id
     where device.id = $1 and starts_with(area.path, $2) for no key update of device`,
    [deviceId, within],
  )
  if (!device) throw new Refusal('not-found')
  return device
}

/** `holdDevice`, and `device-revoked` for one that was cut off. */
export async function holdLive(tx: Tx, deviceId: string, within: string): Promise<HeldDevice> {
  const device = await holdDevice(tx, deviceId, within)
  if (device.revokedAt !== null) throw new Refusal('device-revoked')
  return device
}

export interface DeviceChange {
  label?: string
  model?: string
  serial?: string
  /** Of the SIM card in a device that one can talk through; '' for none. */
  voiceNumber?: string
  /** null: it speaks for itself. */
  hubId?: string | null
}

/**
 * Changes what a device is called and who speaks for it. Refuses `changed-meanwhile` when `version` is not the one
 * stored, `no-such-hub`, `number-invalid` and `serial-taken`.
 */
export async function changeDevice(
  tx: Tx,
  deviceId: string,
  { version, change, ...actor }: Actor & { version: number; change: DeviceChange },
): Promise<void> {
  const device = await holdDevice(tx, deviceId, actor.within)
  const { label, model, serial, voiceNumber, hubId } = device
  if (device.version !== version) {
    throw new Refusal('changed-meanwhile', undefined, {
      current: { version: device.version, label, model, serial, voiceNumber, hubId },
      ...(await lastChangeOf(tx, `device:${deviceId}`)),
    })
  }
  const next = { label, model, serial, voiceNumber, hubId, ...change }
  const typed = tidyPhone(next.voiceNumber)
  const number = typed === '' ? '' : readNumber(typed)
  if (number === null) throw new Refusal('number-invalid')
  next.voiceNumber = number // as it is compared, so that a call from it is found
  if (next.hubId !== null && next.hubId !== hubId) {
    if (device.kind === 'hub') throw new Refusal('no-such-hub', 'A hub speaks for itself.')
    await requireHub(tx, next.hubId, actor.within)
  }
  try {
    await tx.query(
      `update device set label = $2, model = $3, serial = $4, voice_number = $5, hub_id = $6, version = version + 1
       where id = $1`,
      [deviceId, next.label, next.model, next.serial, next.voiceNumber, next.hubId],
    )
  } catch (error) {
    if (sqlState(error) === '23505') throw new Refusal('serial-taken')
    throw error
  }
  const fields = ['label', 'model', 'serial', 'voiceNumber', 'hubId'] as const
  const changed = fields.filter((field) => device[field] !== next[field])
  await note(tx, device, 'changed', actor, {
    before: Object.fromEntries(changed.map((field) => [field, device[field]])),
    after: Object.fromEntries(changed.map((field) => [field, next[field]])),
  })
  tellOf(tx, device, 'changed', actor.now)
}

/**
 * A new secret for a device: answered this once, while the old one opens nothing from here on; gateways hear the
 * event and disconnect whoever is connected. Refuses `device-revoked`.
 */
export async function rotateSecret(
  tx: Tx,
  key: MasterKey,
  deviceId: string,
  actor: Actor,
): Promise<{ id: string; secret: string }> {
  const device = await holdLive(tx, deviceId, actor.within)
  const secret = newSecret()
  await tx.query(
    `update device set secret_hash = $2, http_key_sealed = $3, secret_changed_at = $4, version = version + 1
     where id = $1`,
    [deviceId, secretHash(secret), seal(key, HTTP_KEY_PURPOSE, deviceId, httpKeyOf(secret)), actor.now],
  )
  await note(tx, device, 'rotated', actor)
  tellOf(tx, device, 'rotated', actor.now)
  return { id: deviceId, secret }
}

/**
 * Cuts a device off: gateways hear the event and disconnect it, and its secret opens nothing any more. Refuses
 * `not-found` outside `within` and `device-revoked` the second time.
 */
export async function revokeDevice(
  tx: Tx,
  { deviceId, reason = '', ...actor }: Actor & { deviceId: string; reason?: string },
): Promise<void> {
  const device = await holdLive(tx, deviceId, actor.within)
  await tx.query('update device set revoked_at = $2, version = version + 1 where id = $1', [deviceId, actor.now])
  await note(tx, device, 'revoked', actor, { reason })
  tellOf(tx, device, 'revoked', actor.now)
}

async function note(
  tx: Tx,
  device: HeldDevice,
  action: string,
  { userId = null, now }: Actor,
  { before = {}, after = {}, reason = '' }: { before?: object; after?: object; reason?: string } = {},
): Promise<void> {
  await recordChange(tx, {
    subject: `device:${device.id}`,
    action,
    before: { ...before },
    after: { ...after },
    reason,
    userId,
    now,
  })
}

function tellOf(tx: Tx, device: HeldDevice, what: string, now: Date): void {
  tx.events.push({
    at: now,
    topic: 'device',
    name: `device.${what}`,
    areaPath: device.areaPath,
    subject: `device:${device.id}`,
    body: { deviceId: device.id },
  })
}
