import type { Scenario } from '../scenario.ts'
import { allMeters } from './all-meters.ts'
import { batteryChange } from './battery-change.ts'
import { batteryFlat } from './battery-flat.ts'
import { caregiverRound } from './caregiver-round.ts'
import { countyDay } from './county-day.ts'
import { demoHousehold } from './demo-household.ts'
import { doublePress } from './double-press.ts'
import { drift } from './drift.ts'
import { duplicates } from './duplicates.ts'
import { festival } from './festival.ts'
import { flapping } from './flapping.ts'
import { hospitalStay } from './hospital-stay.ts'
import { hubBacklog } from './hub-backlog.ts'
import { monthOffline } from './month-offline.ts'
import { movedDevice } from './moved-device.ts'
import { nightPress } from './night-press.ts'
import { outageBackfill } from './outage-backfill.ts'
import { powerCut } from './power-cut.ts'
import { press } from './press.ts'
import { staged } from './staged.ts'
import { villagePowerCut } from './village-power-cut.ts'
import { visitsLate } from './visits-late.ts'
import { visits } from './visits.ts'
import { weakRadio } from './weak-radio.ts'

/** Every scenario by the name it is called with. */
export const scenarios: ReadonlyMap<string, Scenario> = new Map([
  ['press', press],
  ['double-press', doublePress],
  ['night-press', nightPress],
  ['all-meters', allMeters],
  ['caregiver-round', caregiverRound],
  ['demo-household', demoHousehold],
  ['county-day', countyDay],
  ['festival', festival],
  ['hospital-stay', hospitalStay],
  ['weak-radio', weakRadio],
  ['flapping', flapping],
  ['duplicates', duplicates],
  ['drift', drift],
  ['power-cut', powerCut],
  ['battery-change', batteryChange],
  ['battery-flat', batteryFlat],
  ['outage-backfill', outageBackfill],
  ['month-offline', monthOffline],
  ['hub-backlog', hubBacklog],
  ['moved-device', movedDevice],
  ['village-power-cut', villagePowerCut],
  ['visits', visits],
  ['visits-late', visitsLate],
  ['staged', staged],
])
