/** What the API answers about staff: the types of its own schemas. */
export type { AccessRow } from '@anju/api/access-log/schema'
export type { AreaRow } from '@anju/api/area/schema'
export type { CaregiverRow } from '@anju/api/caregiver/schema'
export type { ProviderRow } from '@anju/api/provider/schema'
export type { SessionRow } from '@anju/api/session/schema'
export type { Copied, Duty, ShiftRow } from '@anju/api/shift/schema'
export type { Invitation, OneTimeLink, UserDetail, UserRow } from '@anju/api/user/schema'
