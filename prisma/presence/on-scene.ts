import { CALLS_FOR_HELP } from '@anju/domain/alarm/kinds'
import { loadSteps } from '../alarm/step.ts'
import { addEntries, columns, type AlarmRow, tell } from '../alarm/store.ts'
import { newId } from '../id.ts'
import type { Tx } from '../tx.ts'
import type { Arrived, Recorded } from './apply.ts'

/** A tap at the door while somebody there calls for help: that is when a caregiver was on the scene. */
export async function tellOnScene(tx: Tx, arrived: Arrived, { presenceIds, visitIds }: Recorded): Promise<void> {
  const { caregiverId, now, way, userId } = arrived
  const homeId = arrived.homeId ?? (await homeOf(tx, visitIds))
  if (caregiverId === null || homeId === null || (way !== 'tag' && way !== 'reader')) return
  const open = await tx.query<AlarmRow>(
    `select ${columns} from alarm where home_id = $1 and kind = any($2) and resolved_at is null`,
    [homeId, CALLS_FOR_HELP],
  )
  for (const alarm of open) {
    const steps = await loadSteps(tx, alarm.id)
    const own = steps.filter((one) => one.step === 'helper' && one.caregiverId === caregiverId)
    if (own.some(({ outcome }) => outcome === 'arrived')) continue
    const running = own.find(({ endedAt }) => endedAt === null)
    const stepId = running?.id ?? newId(now)
    const begun = running
      ? []
      : [{ id: stepId, alarmId: alarm.id, at: now, kind: 'step', body: { step: 'helper', caregiverId } }]
    const body = { stepId, step: 'helper', outcome: 'arrived', caregiverId, presenceId: presenceIds[0] }
    // a step ends after it began, also where both are told by one tap: the story is read in its order
    const endedAt = new Date(now.getTime() + 1)
    addEntries(tx, [...begun, { alarmId: alarm.id, at: endedAt, kind: 'step-ended', userId, body }])
    tell(tx, alarm, 'step', now, { step: 'helper', outcome: 'arrived' })
  }
}

async function homeOf(tx: Tx, visitIds: readonly string[]): Promise<string | null> {
  const [visit] = await tx.query<{ homeId: string }>('select home_id as "homeId" from visit where id = any($1)', [
    visitIds,
  ])
  return visit?.homeId ?? null
}
