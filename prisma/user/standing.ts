import { mayGive, type Standing } from '@anju/domain/access/grant'
import { isRole, type Role } from '@anju/domain/access/role'
import { Refusal } from '@anju/domain/error'
import { lockSubjects, type Tx } from '../tx.ts'
import { INSTALLATION } from './first.ts'

/** Who changes the staff: a scope. */
export interface Manager extends Standing {
  /** null: a program with an API key. */
  userId: string | null
}

/** A user as the rules see one. */
export interface HeldUser extends Standing {
  id: string
  username: string | null
  name: string
  phone: string
  areaId: string
  areaName: string
  providerName: string | null
  version: number
  joined: boolean
  disabledAt: Date | null
}

/**
 * Locks the user and the question who administers here, and answers the user and what the manager may do as both
 * stand now: of two administrators who act at once, the second acts as what the first left of them. Refuses
 * `not-found` outside the manager's area and `beyond-your-rights`.
 */
export async function lockUser(tx: Tx, userId: string, manager: Manager): Promise<{ held: HeldUser; by: Standing }> {
  await lockSubjects(tx, [INSTALLATION, `user:${userId}`])
  const by = await standingNow(tx, manager)
  const held = await loadUser(tx, userId)
  if (!held?.areaPath.startsWith(by.areaPath)) throw new Refusal('not-found')
  if (!mayGive(by, held)) throw new Refusal('beyond-your-rights')
  return { held, by }
}

/** What the manager is at this moment; the request was let in by what they were a moment ago. */
export async function standingNow(tx: Tx, manager: Manager): Promise<Standing> {
  if (manager.userId === null) return manager
  const now = await loadUser(tx, manager.userId)
  if (!now || now.disabledAt !== null) throw new Refusal('not-allowed')
  return now
}

async function loadUser(tx: Tx, id: string): Promise<HeldUser | null> {
  const [row] = await tx.query<Omit<HeldUser, 'role'> & { role: string }>(
    `select app_user.id, app_user.username, app_user.name, app_user.phone, app_user.role, app_user.version,
            app_user.disabled_at as "disabledAt", app_user.password_hash is not null as joined,
            area.id as "areaId", area.name as "areaName", area.path as "areaPath",
            app_user.provider_id as "providerId", provider.name as "providerName"
     from app_user join area on area.id = app_user.area_id left join provider on provider.id = app_user.provider_id
     where app_user.id = $1`,
    [id],
  )
  return row ? { ...row, role: roleOf(row.role) } : null
}

function roleOf(text: string): Role {
  if (!isRole(text)) throw new Error(`a user with the role ${text}`)
  return text
}

/**
 * Refuses `last-administrator` when, without this user, nobody is left who can sign in and administers from the top.
 * Under the lock of `lockUser`.
 */
export async function requireAnotherAdministrator(tx: Tx, userId: string): Promise<void> {
  const administrators = await tx.query<{ id: string }>(
    `select app_user.id from app_user join area on area.id = app_user.area_id
     where role = 'administrator' and disabled_at is null and password_hash is not null and area.parent_id is null`,
  )
  if (administrators.some(({ id }) => id === userId) && administrators.length === 1) {
    throw new Refusal('last-administrator')
  }
}
