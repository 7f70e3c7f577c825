import { VISIT_ENTRIES } from '@anju/domain/visit/entry'
import type { Outside } from '../api/shapes.ts'
import type { Phase } from './beat.ts'

/** The events of `GET /api/events` (ARCHITECTURE.md, live events), by name. */
export const loggedEvents = [
  'alarm.raised',
  'alarm.pressed',
  'alarm.acknowledged',
  'alarm.note',
  'alarm.escalated',
  'alarm.step',
  'alarm.given-back',
  'alarm.handed-over',
  'alarm.reminded',
  'alarm.shelved',
  'alarm.unshelved',
  'alarm.cleared',
  'alarm.reopened',
  'alarm.closed',
  'alarm.shown',
  'alarm.resolved',
  'alarm.device-back',
  'device.registered',
  'device.bound',
  'device.changed',
  'device.rotated',
  'device.revoked',
  'device.imported',
  'device.test-started',
  'device.test-pressed',
  'device.silent',
  'device.back',
  'command.queued',
  'command.sent',
  'command.done',
  'command.expired',
  'elder.registered',
  'elder.changed',
  'elder.moved',
  'elder.absent',
  'elder.died',
  'elder.death-undone',
  'elder.merged',
  'elder.merge-undone',
  'home.changed',
  'call.asked',
  'call.failed',
  'call.ringing',
  'call.answered',
  'call.ended',
  'call.missed',
  'call.filed',
  'call.corrected',
  'call.entered',
  ...VISIT_ENTRIES.map((kind) => `visit.${kind}` as const),
  'visit.checked',
  'visit.tap-unmatched',
  'visit.tap-set-aside',
  'visit.tap-taken-up',
  'visit.badge-named',
  'visit.plan-made',
  'visit.plan-ended',
  'referral.opened',
  'referral.changed',
  'referral.hand-on',
  'referral.done',
  'referral.drop',
  'referral.reopen',
  'care-check.recorded',
  'care-check.corrected',
  'session.revoked',
  'session.changed',
] as const
export const passingEvents = ['reading.latest', 'press.unstored'] as const
export type LiveName = (typeof loggedEvents)[number] | (typeof passingEvents)[number]
export type LiveData = Record<string, unknown>

/** What the hub knows of the world outside, told to each page once a second and at each change. */
export type LinkState = {
  phase: Phase
  /** Server's time of the last heartbeat: until then what is shown was confirmed. */
  confirmedAt: number | null
  offset: number
  seatId: string
  seatArmed: boolean
  presentSeats: number | null
  outside: Outside | null
}

export type ToPage =
  | { type: 'link'; state: LinkState; speaker: boolean }
  | { type: 'event'; name: LiveName; position: number | null; data: LiveData }
  | { type: 'reload' }
  | { type: 'signed-out' }

/** An alarm as a screen painted it: since when it waited, which each sounding press begins anew. */
export type Painted = { id: string; presses: number; clockFrom: string }

export type ToHub =
  | { type: 'here'; armed: boolean; visible: boolean; elders: string[] }
  | { type: 'shown'; alarm: Painted }
  | { type: 'retry' }
  | { type: 'sign-in'; seat: boolean; topics: string[] }
  | { type: 'sign-out' }
  | { type: 'bye' }
