import { createArea } from '@anju/prisma/area/apply'
import { registerDevice } from '@anju/prisma/device/apply'
import { registerElder } from '@anju/prisma/elder/apply'
import type { By } from '@anju/prisma/elder/lock'
import { newId } from '@anju/prisma/id'
import { masterKey } from '@anju/prisma/key'
import { openPool, transact } from '@anju/prisma/tx'

export const HOUR_MS = 3_600_000
export const key = masterKey(new Uint8Array(32).fill(7))

/** A village in which people move; everybody in it and every device has been there for `livedHours`. */
export async function makeVillage(databaseUrl: string, now: Date, livedHours: number) {
  const pool = openPool(databaseUrl, { max: 8, name: 'test village' })
  const area = await transact(pool, (tx) => createArea(tx, { parentId: null, name: '村', kind: 'county', now }))
  const userId = newId()
  await pool.query(
    `insert into app_user (id, username, name, role, area_id, password_hash, created_at)
     values ($1, 'lead', '班长', 'shift-lead', $2, 'none', $3)`,
    [userId, area.id, now],
  )
  const since = new Date(now.getTime() - livedHours * HOUR_MS)
  const by: By & { userId: string } = { userId, within: area.path, now }
  return {
    pool,
    by,
    since,
    async elder(name: string, homeId?: string) {
      const where = homeId === undefined ? {} : { homeId }
      const made = await transact(pool, (tx) => registerElder(tx, key, { name, ...where, within: area.path, now }))
      await pool.query('update residence set valid_from = $2 where elder_id = $1', [made.id, since])
      return made
    },
    async device(kind: 'button' | 'scale', elderId: string) {
      const { id } = await transact(pool, (tx) => registerDevice(tx, key, { kind, elderId, within: area.path, now }))
      await pool.query('update assignment set valid_from = $2 where device_id = $1', [id, since])
      return id
    },
  }
}
export type Village = Awaited<ReturnType<typeof makeVillage>>
