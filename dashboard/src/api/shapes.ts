/** What the API answers: the types of its own schemas, so that the two cannot part. Instants are ISO 8601 strings. */
import type { AlarmDetail, AlarmEntry, AlarmRow, Can } from '@anju/api/alarm/schema'
import type { WrongSetting } from '@anju/domain/channel/check'
import type { Desk, Present } from '@anju/api/desk/schema'
import type { ListPreview, ListResult, ListRowAnswer } from '@anju/api/device/list-schema'
import type { Outage, Outages } from '@anju/api/device/outage-schema'
import type {
  Broker,
  DeviceDetail,
  DeviceMessage,
  DeviceTest,
  FleetCounts,
  FleetFacets,
  FleetRow,
  NewSecret,
  RegisteredDevice,
  Rejected,
  RejectedBody,
} from '@anju/api/device/schema'
import type { ElderRow } from '@anju/api/elder/schema'
import type { Reading } from '@anju/api/reading/schema'
import type { Outside, SessionRow, SignedIn } from '@anju/api/session/schema'
import type { CallDetail, CallRow, Caller, LiveCalls } from '@anju/api/call/schema'
import type { CareCheck, CareCommunity, CareDue, DarkVillage } from '@anju/api/care-check/schema'
import type { ReferralRow } from '@anju/api/referral/schema'
import type { TimelineEntry, TimelineKind } from '@anju/api/timeline/schema'

export type {
  AlarmDetail as AlarmFile,
  AlarmEntry,
  AlarmRow as Alarm,
  Can as Allowed,
  Desk as DeskState,
  Broker,
  DeviceDetail as DeviceFile,
  DeviceMessage,
  DeviceTest,
  FleetCounts,
  FleetFacets,
  FleetRow,
  ListPreview,
  ListResult,
  ListRowAnswer,
  NewSecret,
  Outage,
  Outages,
  RegisteredDevice,
  Rejected,
  RejectedBody,
  ElderRow,
  Outside,
  Present as SeatState,
  Reading,
  SessionRow as OwnSession,
  SignedIn as Session,
  TimelineEntry,
  TimelineKind,
  CallDetail,
  CallRow,
  Caller,
  LiveCalls,
  CareCheck,
  CareCommunity,
  CareDue,
  DarkVillage,
  ReferralRow,
}
export type Priority = AlarmRow['priority']
export type Page<T> = { items: T[]; next: string | null; asOf: number }

/** RFC 9457, with what some codes add: who owns the alarm, how long to wait. */
export type Problem = {
  status: number
  code: string
  title: string
  detail: string
  owner?: { id: string; name: string } | null
  retryAfterS?: number
  /** Settings of a channel that cannot be. */
  wrong?: WrongSetting[]
  /** Where a device stands that cannot be bound a second time. */
  stay?: { elder?: string | null; address?: string; area?: string; from: string; to: string | null }
  /** What stands now, where somebody else was quicker. */
  current?: unknown
  /** Why a file cannot be read. */
  why?: string
}
