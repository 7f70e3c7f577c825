import type { SunVerdict } from '@anju/domain/proof/sun'
import type { Tx } from '../tx.ts'
import type { Arrived } from './apply.ts'
import type { KeptVerdict } from './kept.ts'

/** What is kept with a tap that belongs to no visit: why, and what its code came to. */
export interface Unmatched {
  code: string
  sun?: KeptVerdict
}

export async function whyUnmatched(tx: Tx, { read, homeId, caregiverId }: Arrived): Promise<Unmatched> {
  if (read !== null && read.tag === null) return { code: read.code }
  const sun = read?.verdict ? keptOf(read.verdict) : null
  if (sun?.ok === false) return { code: sun.code, sun }
  const code = (await isElsewhere(tx, homeId, caregiverId)) ? 'tag-of-other-area' : 'no-visit'
  return { code, ...(sun && { sun }) }
}

function keptOf(verdict: SunVerdict): KeptVerdict {
  if (!verdict.ok) return verdict
  const { ok, uid, counter, tamper } = verdict
  return { ok, uid, counter, tamper }
}

/** Whether the door is where nothing sends the caregiver's provider. */
async function isElsewhere(tx: Tx, homeId: string | null, caregiverId: string | null): Promise<boolean> {
  if (homeId === null || caregiverId === null) return false
  const [row] = await tx.query<{ sent: boolean }>(
    `select starts_with(area.path, own.path) or exists (
              select from contract join area of on of.id = contract.area_id
              where contract.provider_id = provider.id and starts_with(area.path, of.path)) as sent
     from home join area on area.id = home.area_id, caregiver join provider on provider.id = caregiver.provider_id
       join area own on own.id = provider.area_id
     where home.id = $1 and caregiver.id = $2`,
    [homeId, caregiverId],
  )
  return row?.sent === false
}

/** The desk of unmatched taps hears of it: those of the door, else of the caregiver's provider, else of the reader. */
export async function tellUnmatched(tx: Tx, presenceId: string, arrived: Arrived): Promise<void> {
  const [place] = await tx.query<{ path: string; providerId: string | null }>(
    `select area.path, provider.id as "providerId"
     from (select $1::uuid as home, $2::uuid as caregiver, $3::text as device) of
       left join home on home.id = of.home left join caregiver on caregiver.id = of.caregiver
       left join provider on provider.id = caregiver.provider_id left join device on device.id = of.device
       join area on area.id = coalesce(home.area_id, provider.area_id, device.area_id)`,
    [arrived.homeId, arrived.caregiverId, arrived.tap?.deviceId ?? null],
  )
  if (place) tellTap(tx, { id: presenceId, ...place }, 'tap-unmatched', arrived.now)
}

/** Tells the desks of a tap without a visit that it came, or what was decided about it. */
export function tellTap(
  tx: Tx,
  { id, path, providerId }: { id: string; path: string; providerId: string | null },
  name: 'tap-unmatched' | 'tap-set-aside' | 'tap-taken-up' | 'badge-named',
  now: Date,
): void {
  const body = { presenceId: id, providerId }
  tx.events.push({ at: now, topic: 'visit', name: `visit.${name}`, areaPath: path, subject: `presence:${id}`, body })
}
