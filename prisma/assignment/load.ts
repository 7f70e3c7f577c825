import type { Assignment } from '@anju/domain/device/attribute'
import type { Tx } from '../tx.ts'

/** All assignments, past and present, of these devices. A fact is attributed by its own time, so the past counts. */
export async function loadAssignments(tx: Tx, deviceIds: Iterable<string>): Promise<Map<string, Assignment[]>> {
  const ids = [...new Set(deviceIds)]
  if (ids.length === 0) return new Map()
  const rows = await tx.query<Assignment & { deviceId: string }>(
    `select a.device_id as "deviceId", a.home_id as "homeId", a.elder_id as "elderId", a.user_number as "userNumber",
            home.area_id as "areaId", area.path as "areaPath", a.valid_from as "validFrom", a.valid_to as "validTo"
     from assignment a join home on home.id = a.home_id join area on area.id = home.area_id
     where a.device_id = any($1)`,
    [ids],
  )
  return Map.groupBy(rows, (row) => row.deviceId)
}
