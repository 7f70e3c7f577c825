import type { Tx } from '../tx.ts'

/** What a gateway needs to know of a device to let it in, and to tell desks of its press when nothing can be stored. */
export interface KnownDevice {
  id: string
  secretHash: Buffer
  httpKeySealed: Buffer
  revoked: boolean
  purpose: 'care' | 'drill' | 'probe'
  areaPath: string
  /** Who lives where it hangs, for a desk's eyes alone; never logged. */
  elderName: string | null
  place: string
}

/** Devices by id; unknown ids are missing from the answer. */
export async function loadKnown(
  db: Pick<Tx, 'query'>,
  deviceIds: readonly string[],
  now: Date,
): Promise<KnownDevice[]> {
  return db.query<KnownDevice>(
    `select device.id, device.secret_hash as "secretHash", device.http_key_sealed as "httpKeySealed",
            device.revoked_at is not null as revoked, device.purpose, area.path as "areaPath",
            elder.name as "elderName",
            case device.purpose when 'drill' then '演练 DRILL · ' else '' end
              || coalesce(nullif(home.landmark, ''), home.address, area.name) as place
     from device join area on area.id = device.area_id
     left join lateral (
       select home_id, elder_id from assignment
       where device_id = device.id and valid_from <= $2 and (valid_to is null or valid_to > $2)
       order by user_number nulls first limit 1) as a on true
     left join home on home.id = a.home_id
     left join elder on elder.id = a.elder_id
     where device.id = any($1)`,
    [deviceIds, now],
  )
}
