import type { Role } from '@anju/domain/access/role'
import type { Tx } from '../tx.ts'
import type { County } from './plan.ts'
import { Random } from './random.ts'

/** Everybody knows these passwords, which is why demo installations listen on loopback. */
export const demoSignIns: readonly { username: string; name: string; role: Role }[] = [
  { username: 'lead', name: '王丽（班长）', role: 'shift-lead' },
  { username: 'desk1', name: '李静', role: 'seat' },
  { username: 'desk2', name: '赵敏', role: 'seat' },
  { username: 'auditor', name: '孙审计', role: 'auditor' },
  { username: 'bureau', name: '周科长（民政局）', role: 'bureau' },
  { username: 'clerk', name: '吴静（临河镇）', role: 'town-clerk' },
  { username: 'provider', name: '郑经理（夕阳红）', role: 'provider' },
]
export const DEMO_PASSWORD = 'anju-demo'
/** Each caregiver's own; the last come from a county of as many. */
export const caregiverName = (index: number): string => `caregiver${index + 1}`
export const DEMO_CAREGIVERS = 40
const caregiverNames = Array.from({ length: DEMO_CAREGIVERS }, (_, i) => caregiverName(i))
/** Every name the demo signs in by. */
export const demoUsernames: readonly string[] = [...demoSignIns.map(({ username }) => username), ...caregiverNames]

interface SignIn {
  username: string
  name: string
  role: Role
  providerId: string | null
  caregiverId: string | null
}

function signInsOf({ providers, caregivers }: County): SignIn[] {
  return [
    ...demoSignIns.map((each) => ({
      ...each,
      providerId: each.role === 'provider' ? (providers[0]?.id ?? null) : null,
      caregiverId: null,
    })),
    ...caregivers.map(({ id, name, provider }, i) => ({
      username: caregiverName(i),
      name,
      role: 'caregiver' as const,
      providerId: providers[provider]?.id ?? null,
      caregiverId: id,
    })),
  ]
}

/** What the demo's users see: the demo county, and a clerk her town. A name that a person already has is left alone. */
export async function addStaff(
  tx: Tx,
  county: County,
  { areaId, townId, passwordHash }: { areaId: string; townId: string; passwordHash: string },
): Promise<void> {
  const signIns = signInsOf(county)
  await tx.query(
    `insert into app_user (id, username, name, role, area_id, provider_id, caregiver_id, password_hash, created_at)
     select id, username, name, role, area_id, provider_id, caregiver_id, $8, $9
     from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::uuid[], $6::uuid[], $7::uuid[])
       as u (id, username, name, role, area_id, provider_id, caregiver_id)
     on conflict (username) do nothing`,
    [
      madeIds(county),
      signIns.map(({ username }) => username),
      signIns.map(({ name }) => name),
      signIns.map(({ role }) => role),
      signIns.map(({ role }) => (role === 'town-clerk' ? townId : areaId)),
      signIns.map(({ providerId }) => providerId),
      signIns.map(({ caregiverId }) => caregiverId),
      passwordHash,
      county.base,
    ],
  )
}

/**
 * The ids the demo's sign-ins were made with. They follow from the seed, so that one who was moved into a real area
 * since is known all the same; later sign-ins are added at the end of the list.
 */
export function madeIds({ seed, base }: Pick<County, 'seed' | 'base'>): string[] {
  const random = new Random(seed, 'staff')
  return demoUsernames.map(() => random.id(base))
}

/** The ids of the demo's own users; a person who happens to have such a name stands outside its county. */
export async function demoUsers(tx: Pick<Tx, 'query'>, areaPath: string): Promise<Map<string, string>> {
  const rows = await tx.query<{ id: string; username: string }>(
    `select app_user.id, username from app_user join area on area.id = area_id
     where username = any ($1) and starts_with(area.path, $2)`,
    [demoUsernames, areaPath],
  )
  return new Map(rows.map(({ id, username }) => [username, id]))
}
