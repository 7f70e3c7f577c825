import { OWNER_GONE_MS, REOPEN_WITHIN_MS, SHOWN_WITHIN_MS, UNOWNED_ASK_MS } from '@anju/domain/alarm/limits'
import { armDeadlines, type Deadline, type DeadlineKind } from '../deadline/apply.ts'
import type { Tx } from '../tx.ts'
import type { AlarmRow } from './store.ts'

type Of = Pick<AlarmRow, 'id' | 'subject'>

function clock(kind: DeadlineKind, { id, subject }: Of, from: Date, ms: number): Deadline {
  return { kind, ref: id, subject, dueAt: new Date(from.getTime() + ms) }
}

/** While nobody has it: was it painted, was it taken? */
export function waitingClocks(alarm: Of & Pick<AlarmRow, 'clockFrom'>): Deadline[] {
  return [
    clock('alarm-shown', alarm, alarm.clockFrom, SHOWN_WITHIN_MS),
    clock('alarm-unowned', alarm, alarm.clockFrom, UNOWNED_ASK_MS),
  ]
}

/** While somebody has it: is anything done about it, is its owner there? */
export function armOwnedClocks(tx: Tx, alarm: Of, progressMs: number, now: Date): void {
  armDeadlines(tx, [
    clock('alarm-progress', alarm, now, progressMs),
    clock('alarm-owner-gone', alarm, now, OWNER_GONE_MS),
  ])
}

/** On the shelf until then. */
export function armShelf(tx: Tx, alarm: Of, until: Date): void {
  armDeadlines(tx, [clock('alarm-shelved', alarm, until, 0)])
}

/** While it can still be taken back. */
export function armClose(tx: Tx, alarm: Of, now: Date): void {
  armDeadlines(tx, [clock('alarm-close', alarm, now, REOPEN_WITHIN_MS)])
}
