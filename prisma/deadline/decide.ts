import { decideAlarmDeadline } from '../alarm/clock.ts'
import { decideDeviceSilent, decideSilences } from '../alarm/silence.ts'
import { decideCareChecks } from '../care-check/overdue.ts'
import { decideDrillDeadline } from '../drill/end.ts'
import type { MasterKey } from '../key.ts'
import { decideTap } from '../presence/reader.ts'
import { decideProbeDeadline } from '../probe/decide.ts'
import { decideLook } from '../video-look/apply.ts'
import { decideVisitDue } from '../visit/clock.ts'
import { decidePlanDue } from '../visit-plan/make.ts'
import { decideVisitCheck } from '../visit-exception/check.ts'
import { isRetryable } from '../sqlstate.ts'
import { lockSubjects, rootOf, type Tx } from '../tx.ts'
import { claimDue, type DeadlineLane, type DueDeadline, rearm } from './apply.ts'

/** A decision that threw is asked again after this long; the others are not held up by it. */
const FAILED_AGAIN_MS = 10_000
/** One that only met another at a lock. */
const LOCKED_AGAIN_MS = 500

export interface Decided {
  due: DueDeadline
  /** What the decision threw; its changes were undone. */
  error?: unknown
}

/**
 * Claims one due deadline and decides it under its subject's lock, in the same transaction: of any number of workers
 * one decides, and if it dies the next one does (promise 6). Null when nothing is due. `key`: opens the areas' keys, with
 * which tags are verified; without it their taps wait.
 */
export async function decideNext(
  tx: Tx,
  now: Date,
  key?: MasterKey,
  lane: DeadlineLane = 'prompt',
): Promise<Decided | null> {
  const due = await claimDue(tx, now, lane)
  if (!due) return null
  await tx.query('savepoint undecided')
  const told = tx.events.length
  try {
    await lockSubjects(tx, [due.subject])
    await decide(tx, due, now, key)
    await tx.flush()
    return { due }
  } catch (thrown) {
    const error = await rootOf(tx, thrown)
    await tx.query('rollback to savepoint undecided')
    tx.events.length = told
    await rearm(tx, due, new Date(now.getTime() + (isRetryable(error) ? LOCKED_AGAIN_MS : FAILED_AGAIN_MS)))
    return { due, error }
  }
}

async function decide(tx: Tx, due: DueDeadline, now: Date, key?: MasterKey): Promise<void> {
  switch (due.kind) {
    case 'alarm-shown':
    case 'alarm-unowned':
    case 'alarm-progress':
    case 'alarm-owner-gone':
    case 'alarm-shelved':
    case 'alarm-close':
      return decideAlarmDeadline(tx, due, now)
    case 'device-silent':
      return decideDeviceSilent(tx, due, now)
    case 'silence-decide':
      return decideSilences(tx, due, now)
    case 'care-check-overdue':
      return decideCareChecks(tx, due, now)
    case 'probe-decide':
      return decideProbeDeadline(tx, due, now)
    case 'drill-over':
      return decideDrillDeadline(tx, due, now)
    case 'visit-check':
      return decideVisitCheck(tx, due, now)
    case 'visit-due':
      return decideVisitDue(tx, due, now)
    case 'tap-read':
      if (key === undefined) throw new Error('a tap is read with the master key')
      return decideTap(tx, due, now, key)
    case 'visit-plan-due':
      return decidePlanDue(tx, due, now)
    case 'look-over':
      return decideLook(tx, due, now)
  }
}
