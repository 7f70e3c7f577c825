import { PROBE_WITHIN_MS } from '@anju/domain/probe/verdict'
import { armDeadlines } from '../deadline/apply.ts'
import { newId } from '../id.ts'
import type { MasterKey } from '../key.ts'
import { lockSubjects, type Tx } from '../tx.ts'
import { ensureProbes, probeSecret } from './device.ts'

/** A test press to be made now; `id` is the id of its message too. */
export interface ClaimedProbe {
  id: string
  deviceId: string
  secret: string
}

/**
 * Claims the test presses that are due, one a county: of any number of workers one presses. What becomes of each is
 * asked by a deadline, so that it is told even if that worker dies.
 */
export async function claimProbes(tx: Tx, key: MasterKey, everyMs: number, now: Date): Promise<ClaimedProbe[]> {
  await ensureProbes(tx, key, now)
  await lockSubjects(tx, ['probes'])
  const due = await tx.query<{ deviceId: string; areaId: string }>(
    `select id as "deviceId", area_id as "areaId" from device
     where purpose = 'probe' and revoked_at is null
       and not exists (select from probe where probe.area_id = device.area_id and pressed_at > $1)`,
    [new Date(now.getTime() - everyMs)],
  )
  return due.map(({ deviceId, areaId }) => {
    const id = newId(now)
    tx.send('insert into probe (id, area_id, device_id, pressed_at) values ($1, $2, $3, $4)', [
      id,
      areaId,
      deviceId,
      now,
    ])
    const dueAt = new Date(now.getTime() + PROBE_WITHIN_MS)
    armDeadlines(tx, [{ kind: 'probe-decide', ref: id, subject: `device:${deviceId}`, dueAt }])
    return { id, deviceId, secret: probeSecret(key, deviceId) }
  })
}

/** The broker said that the press is stored. */
export async function probeAcknowledged(tx: Tx, id: string, now: Date): Promise<void> {
  await tx.query('update probe set acknowledged_at = $2 where id = $1', [id, now])
}

/** We were stopped before it was pressed: nothing was tried, so nothing failed. */
export async function withdrawProbe(tx: Tx, id: string): Promise<void> {
  await tx.query('delete from probe where id = $1 and acknowledged_at is null and verdict is null', [id])
}
