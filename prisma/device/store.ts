import { FIRST_ASSIGNMENT_LEAD_MS, idPrefix, silentAfterS, type DeviceKind } from '@anju/domain/device/kinds'
import { armDeadlines } from '../deadline/apply.ts'
import { newId } from '../id.ts'
import { seal, type MasterKey } from '../key.ts'
import type { Tx } from '../tx.ts'
import { HTTP_KEY_PURPOSE, httpKeyOf, newDeviceName, newSecret, secretHash } from './secret.ts'

/** A device about to be stored; whoever hands it in has decided that it may be. */
export interface DeviceToStore {
  kind: DeviceKind
  areaId: string
  homeId: string | null
  elderId: string | null
  userNumber: number | null
  hubId: string | null
  label: string
  model: string
  serial: string
  /** What is not there for anybody's care is in no list of the fleet; a probe's silence is told by the probe itself. */
  purpose?: 'care' | 'drill' | 'probe'
  drillId?: string
  silentAfterS?: number
  /** Of one that Anju plays itself: its secret follows from something kept, instead of being shown once. */
  secretOf?: (id: string) => string
}

export interface StoredDevice {
  id: string
  /** 256 bits in hex; nowhere kept. */
  secret: string
}

/**
 * Stores devices with their first homes and the questions whether they have gone silent. One answer for each, in
 * order; null where the serial number is another's already: nothing of that one is stored.
 */
export async function insertDevices(
  tx: Tx,
  key: MasterKey,
  devices: readonly DeviceToStore[],
  now: Date,
): Promise<(StoredDevice | null)[]> {
  const made = devices.map((device) => {
    const id = `${idPrefix[device.kind]}-${newDeviceName()}`
    const secret = device.secretOf?.(id) ?? newSecret()
    return {
      ...device,
      id,
      secret,
      httpKey: seal(key, HTTP_KEY_PURPOSE, id, httpKeyOf(secret)),
      purpose: device.purpose ?? 'care',
      silentAfterS: device.silentAfterS ?? silentAfterS[device.kind],
    }
  })
  const rows = await tx.query<{ id: string }>(
    `insert into device (id, kind, area_id, hub_id, label, model, serial, secret_hash, http_key_sealed, silent_after_s,
                         purpose, drill_id, created_at)
     select d.*, $13 from unnest($1::text[], $2::text[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[],
                                 $8::bytea[], $9::bytea[], $10::integer[], $11::text[], $12::uuid[]) as d
     on conflict (serial) where serial <> '' do nothing returning id`,
    [
      made.map((device) => device.id),
      made.map((device) => device.kind),
      made.map((device) => device.areaId),
      made.map((device) => device.hubId),
      made.map((device) => device.label),
      made.map((device) => device.model),
      made.map((device) => device.serial),
      made.map((device) => secretHash(device.secret)),
      made.map((device) => device.httpKey),
      made.map((device) => device.silentAfterS),
      made.map((device) => device.purpose),
      made.map((device) => device.drillId ?? null),
      now,
    ],
  )
  const ids = new Set(rows.map((row) => row.id))
  const stored = made.filter((device) => ids.has(device.id))
  tx.send('insert into device_state (device_id) select unnest($1::text[])', [stored.map((device) => device.id)])
  const housed = stored.filter((device) => device.homeId !== null)
  tx.send(
    `insert into assignment (id, device_id, home_id, elder_id, user_number, valid_from)
     select a.*, $6 from unnest($1::uuid[], $2::text[], $3::uuid[], $4::uuid[], $5::integer[]) as a`,
    [
      housed.map(() => newId(now)),
      housed.map((device) => device.id),
      housed.map((device) => device.homeId),
      housed.map((device) => device.elderId),
      housed.map((device) => device.userNumber),
      new Date(now.getTime() - FIRST_ASSIGNMENT_LEAD_MS),
    ],
  )
  armDeadlines(
    tx,
    stored
      .filter(({ purpose }) => purpose !== 'probe')
      .map(({ id, silentAfterS }) => ({
        kind: 'device-silent',
        ref: id,
        subject: `device:${id}`,
        dueAt: new Date(now.getTime() + silentAfterS * 1000),
      })),
  )
  return made.map(({ id, secret }) => (ids.has(id) ? { id, secret } : null))
}
