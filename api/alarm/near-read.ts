import { todayIn } from '@anju/domain/elder/day'
import { distanceM } from '@anju/domain/place/position'
import type { Scope } from '@anju/domain/access/scope'
import { type Credential, fitToSend, isCredentialKind } from '@anju/domain/visit/credential'
import type { Db } from '@anju/prisma/reads'
import { dayOf } from '../day.ts'
import type { NearCaregiver } from './around-schema.ts'

const SHOWN = 20
/** Whoever left a home within this is still about there. */
const JUST_LEFT_MS = 90 * 60_000

interface Row {
  id: string
  name: string
  phone: string
  providerId: string
  providerName: string
  timeZone: string
  lon: number | null
  lat: number | null
  beganAt: Date | null
  leftAt: Date | null
  elderName: string | null
}

/**
 * Caregivers of the providers of this area, or of an area above it: those whose last tap says where they are first, the
 * nearest before all, then the others. Whether each may be sent is said, not decided.
 */
export async function readCaregiversNear(
  scope: Scope,
  db: Db,
  { areaPath, homeId }: { areaPath: string; homeId: string | null },
  now: Date,
): Promise<NearCaregiver[]> {
  const rows = await db.$queryRaw<Row[]>`
    select caregiver.id, caregiver.name, caregiver.phone, provider.id as "providerId", provider.name as "providerName",
           area.time_zone as "timeZone", last.lon, last.lat, last.began_at as "beganAt", last.left_at as "leftAt",
           last.name as "elderName"
    from caregiver join provider on provider.id = caregiver.provider_id join area on area.id = provider.area_id
    left join lateral (
      select home.lon, home.lat, visit.began_at, visit.left_at, elder.name
      from visit join home on home.id = visit.home_id join elder on elder.id = visit.elder_id
      where visit.caregiver_id = caregiver.id and visit.planned_from > ${new Date(now.getTime() - 86_400_000)}
        and visit.planned_from < ${new Date(now.getTime() + 86_400_000)} and not visit.drill
        and (visit.state = 'in-service' or visit.left_at > ${new Date(now.getTime() - JUST_LEFT_MS)})
        and starts_with(visit.area_path, ${scope.areaPath})
      order by visit.state = 'in-service' desc, coalesce(visit.left_at, visit.began_at) desc limit 1) as last on true
    where caregiver.left_at is null and provider.closed_at is null and caregiver.phone <> ''
      and starts_with(${areaPath}, area.path) and starts_with(${areaPath}, ${scope.areaPath})
    order by length(area.path) desc, caregiver.name, caregiver.id`
  const home =
    homeId === null
      ? null
      : await db.home.findFirst({
          where: { id: homeId, area: { path: { startsWith: scope.areaPath } } },
          select: { lon: true, lat: true },
        })
  const there = home?.lon != null && home.lat !== null ? { lon: home.lon, lat: home.lat } : null
  const placed = rows.map((row) => ({ row, lastTap: lastTapOf(row, there) }))
  placed.sort((a, b) => farOf(a.lastTap) - farOf(b.lastTap))
  const shown = placed.slice(0, SHOWN)
  const held = await readHeld(
    scope,
    db,
    shown.map(({ row }) => row.id),
  )
  return shown.map(({ row, lastTap }) => {
    const fitness = fitToSend(held.get(row.id) ?? [], [], todayIn(row.timeZone, now))
    return {
      id: row.id,
      name: row.name,
      phone: row.phone,
      provider: { id: row.providerId, name: row.providerName },
      lastTap,
      missing: fitness.fit ? [] : fitness.missing.map(({ kind, why, day }) => ({ kind, why, day })),
    }
  })
}

type LastTap = NearCaregiver['lastTap']

/** Known places by distance; a known one without distance before an unknown one. */
const farOf = (tap: LastTap): number => (tap === null ? Infinity : (tap.metres ?? Number.MAX_SAFE_INTEGER))

function lastTapOf(row: Row, there: { lon: number; lat: number } | null): LastTap {
  const at = row.leftAt ?? row.beganAt
  if (at === null || row.elderName === null) return null
  const known = row.lon !== null && row.lat !== null ? { lon: row.lon, lat: row.lat } : null
  return {
    at: at.toISOString(),
    inside: row.leftAt === null,
    elderName: row.elderName,
    metres: known && there ? Math.round(distanceM(known, there)) : null,
  }
}

async function readHeld(scope: Scope, db: Db, caregiverIds: string[]): Promise<Map<string, Credential[]>> {
  const rows = await db.credential.findMany({
    // the providers' own areas hold the alarm's: they were found so
    where: {
      caregiverId: { in: caregiverIds },
      ...(scope.providerId !== null && { caregiver: { providerId: scope.providerId } }),
    },
    select: { caregiverId: true, kind: true, issuedOn: true, expiresOn: true, withdrawnAt: true },
  })
  const held = rows.flatMap(({ caregiverId, kind, issuedOn, expiresOn, withdrawnAt }) =>
    isCredentialKind(kind)
      ? [
          {
            caregiverId,
            kind,
            issuedOn: dayOf(issuedOn) ?? '',
            expiresOn: dayOf(expiresOn),
            withdrawn: withdrawnAt !== null,
          },
        ]
      : [],
  )
  return Map.groupBy(held, ({ caregiverId }) => caregiverId)
}
