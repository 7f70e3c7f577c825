import type { MasterKey } from '../key.ts'
import { lockSubjects, type Tx } from '../tx.ts'
import { insertDevices } from '../device/store.ts'

/** A probe's secret follows from the master key and its id, so that none is kept: 256 bits in hex. */
export function probeSecret(key: MasterKey, deviceId: string): string {
  return key.subKey(`probe ${deviceId}`).toString('hex')
}

/** Gives each county that has none a button that Anju presses by itself. It hangs in no home and is in no list. */
export async function ensureProbes(tx: Tx, key: MasterKey, now: Date): Promise<void> {
  const without = `select id from area where kind = 'county' and not exists (
    select from device where device.area_id = area.id and purpose = 'probe' and revoked_at is null)`
  if ((await tx.query(without)).length === 0) return
  await lockSubjects(tx, ['probe-devices'])
  const areas = await tx.query<{ id: string }>(without)
  const device = { kind: 'button', homeId: null, elderId: null, userNumber: null, hubId: null } as const
  await insertDevices(
    tx,
    key,
    areas.map(({ id: areaId }) => ({
      ...device,
      areaId,
      label: '',
      model: '',
      serial: '',
      purpose: 'probe',
      secretOf: (id) => probeSecret(key, id),
    })),
    now,
  )
}
