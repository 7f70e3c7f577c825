import {
  type AmbulanceState,
  isOutcomeOf,
  type Step,
  type StepEntry,
  type StepKind,
  stepsOf,
} from '@anju/domain/alarm/step'
import { Refusal } from '@anju/domain/error'
import { newId } from '../id.ts'
import type { Tx } from '../tx.ts'
import { type Act, begin } from './act.ts'
import { progressed } from './apply.ts'
import { addEntries, tell } from './store.ts'

/** To whom a step goes, where it goes to somebody of several; or through which device one talks. */
export type StepTarget = Pick<Step, 'contactId' | 'caregiverId' | 'deviceId'>
export type BeginStep = Act & StepTarget & { step: StepKind }

/** Begins a step of the ladder: its clock runs from now. Answers its id. One of a kind to one person runs at a time. */
export async function beginStep(tx: Tx, act: BeginStep): Promise<string> {
  const alarm = await begin(tx, act, 'step')
  const { step, contactId, caregiverId, deviceId, now } = act
  const running = (await loadSteps(tx, alarm.id)).find(
    (one) =>
      one.step === step &&
      one.endedAt === null &&
      one.contactId === contactId &&
      one.caregiverId === caregiverId &&
      one.deviceId === deviceId,
  )
  if (running) throw new Refusal('step-begun', undefined, { stepId: running.id })
  const id = newId(now)
  const body = {
    step,
    ...(contactId !== null && { contactId }),
    ...(caregiverId !== null && { caregiverId }),
    ...(deviceId !== null && { deviceId }),
  }
  addEntries(tx, [{ id, alarmId: alarm.id, at: now, kind: 'step', userId: act.userId, body }])
  await progressed(tx, alarm, now, 'handling')
  tell(tx, alarm, 'step', now, { step })
  return id
}

/** Ends a step with its outcome, once. */
export async function endStep(tx: Tx, act: Act & { stepId: string; outcome: string; text: string }): Promise<void> {
  const alarm = await begin(tx, act, 'step')
  const step = (await loadSteps(tx, alarm.id)).find(({ id }) => id === act.stepId)
  if (!step || step.endedAt !== null) throw new Refusal('step-unknown')
  if (!isOutcomeOf(step.step, act.outcome)) throw new Refusal('invalid-request')
  const body = {
    stepId: step.id,
    step: step.step,
    outcome: act.outcome,
    ...(step.contactId !== null && { contactId: step.contactId }),
    ...(act.text !== '' && { text: act.text }),
  }
  addEntries(tx, [{ alarmId: alarm.id, at: act.now, kind: 'step-ended', userId: act.userId, body }])
  await progressed(tx, alarm, act.now, 'handling')
  tell(tx, alarm, 'step', act.now, { step: step.step, outcome: act.outcome })
}

/** Where the ambulance is, as 120 just told. */
export async function tellAmbulance(
  tx: Tx,
  act: Act & { status: AmbulanceState; hospital: string; text: string },
): Promise<void> {
  const alarm = await begin(tx, act, 'step')
  const body = {
    status: act.status,
    ...(act.hospital !== '' && { hospital: act.hospital }),
    ...(act.text !== '' && { text: act.text }),
  }
  addEntries(tx, [{ alarmId: alarm.id, at: act.now, kind: 'ambulance', userId: act.userId, body }])
  await progressed(tx, alarm, act.now, 'handling')
  tell(tx, alarm, 'step', act.now, { step: 'ambulance', outcome: act.status })
}

/** The ladder's steps of an alarm, folded from its story. */
export async function loadSteps(tx: Tx, alarmId: string): Promise<Step[]> {
  const entries = await tx.query<StepEntry & Record<string, unknown>>(
    `select id, at, kind, user_id as "userId", body from alarm_entry
     where alarm_id = $1 and kind in ('step', 'step-ended') order by at, id`,
    [alarmId],
  )
  return stepsOf(entries)
}
