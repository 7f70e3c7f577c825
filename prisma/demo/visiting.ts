import type pg from 'pg'
import type { MasterKey } from '../key.ts'
import { poolQuery } from '../tx.ts'
import { type DemoDoor, demoDoors } from './door-tags.ts'
import { readRecord } from './record.ts'
import { DEMO_PASSWORD } from './staff.ts'

/** What the simulator needs to play the county's caregivers, from outside as people do. */
export interface DemoVisiting {
  site: string
  bureau: { username: string; password: string }
  desk: { username: string; password: string }
  provider: { username: string; password: string; id: string }
  caregivers: { id: string; badge: string; provider: string }[]
  doors: DemoDoor[]
}

/** null: there is no demo, or nobody of it is there to go. */
export async function demoVisiting(pool: pg.Pool, key: MasterKey, site: string): Promise<DemoVisiting | null> {
  const db = poolQuery(pool)
  const record = await readRecord(db)
  if (record === null) return null
  const [provider] = await db.query<{ id: string }>(
    `select provider_id as id from app_user join area on area.id = app_user.area_id
     where username = 'provider' and provider_id is not null and starts_with(area.path, $1)`,
    [record.areaPath],
  )
  if (!provider) return null
  const caregivers = await db.query<DemoVisiting['caregivers'][number] & Record<string, unknown>>(
    `select caregiver.id, tag.uid as badge, caregiver.provider_id as provider
     from caregiver join provider on provider.id = caregiver.provider_id join area on area.id = provider.area_id
       join tag on tag.caregiver_id = caregiver.id and tag.revoked_at is null
     where caregiver.left_at is null and starts_with(area.path, $1) and caregiver.created_at <= $2 order by caregiver.id`,
    [record.areaPath, new Date(record.base)],
  )
  return {
    site,
    bureau: { username: 'bureau', password: DEMO_PASSWORD },
    desk: { username: 'desk2', password: DEMO_PASSWORD },
    provider: { username: 'provider', password: DEMO_PASSWORD, id: provider.id },
    caregivers,
    doors: await demoDoors(db, key, record, site),
  }
}
