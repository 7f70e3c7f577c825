import type { TimelineKind } from './schema.ts'
import { absences } from './source/absence.ts'
import { alarms } from './source/alarm.ts'
import { calls } from './source/call.ts'
import { careChecks } from './source/care-check.ts'
import { changes } from './source/change.ts'
import { deviceChanges } from './source/device.ts'
import { moves } from './source/move.ts'
import { presses } from './source/press.ts'
import { readings } from './source/reading.ts'
import { referrals } from './source/referral.ts'
import type { Source } from './source/source.ts'
import { taps } from './source/tap.ts'
import { troubles } from './source/trouble.ts'
import { visits } from './source/visit.ts'

/** Where each kind of entry comes from. Another kind is its shape in `schema.ts`, a file in `source/` and a line here. */
export const sources: { [Kind in TimelineKind]: Source<Kind> } = {
  press: presses,
  alarm: alarms,
  reading: readings,
  tap: taps,
  trouble: troubles,
  device: deviceChanges,
  change: changes,
  absence: absences,
  move: moves,
  call: calls,
  'care-check': careChecks,
  referral: referrals,
  visit: visits,
}
