import { holdsAllOf, may, type Role } from './role.ts'

/** What somebody is: the role and how far it reaches. */
export interface Standing {
  role: Role
  areaPath: string
  /** Of a provider's own. */
  providerId: string | null
}

/**
 * Whether somebody who stands as `by` may make, change or end a standing `of`: nobody gives or takes a right they do
 * not have themselves, nor reaches beyond their own area or provider. To change somebody, both the standing held and
 * the one given must pass. Auditors watch whoever else manages staff, so the administrator alone makes them.
 */
export function mayGive(by: Standing, of: Standing): boolean {
  return (
    may(by.role, 'manage-staff') &&
    holdsAllOf(by.role, of.role) &&
    (of.role !== 'auditor' || by.role === 'administrator') &&
    of.areaPath.startsWith(by.areaPath) &&
    (by.providerId === null || by.providerId === of.providerId)
  )
}
