import type { Scenario } from '../scenario.ts'
import { batteryChange } from './battery-change.ts'
import { demoHousehold } from './demo-household.ts'
import { doublePress } from './double-press.ts'
import { drift } from './drift.ts'
import { duplicates } from './duplicates.ts'
import { flapping } from './flapping.ts'
import { outageBackfill } from './outage-backfill.ts'
import { powerCut } from './power-cut.ts'
import { press } from './press.ts'

/** Every scenario by the name it is called with. */
export const scenarios: ReadonlyMap<string, Scenario> = new Map([
  ['press', press],
  ['double-press', doublePress],
  ['power-cut', powerCut],
  ['drift', drift],
  ['duplicates', duplicates],
  ['battery-change', batteryChange],
  ['outage-backfill', outageBackfill],
  ['flapping', flapping],
  ['demo-household', demoHousehold],
])
