import { newId } from '../id.ts'
import type { MasterKey } from '../key.ts'
import type { Tx } from '../tx.ts'
import { addEvent, foldInto, insertCall } from './apply.ts'

export interface Dialling {
  number: string
  areaId: string
  areaPath: string
  elderId: string | null
  alarmId: string | null
  userId: string
  now: Date
}

/** Writes down that an exchange is asked to dial. The call's id is what it tells its outcome by. */
export async function beginDial(tx: Tx, key: MasterKey, dialling: Dialling): Promise<{ id: string }> {
  const { now, areaPath } = dialling
  const id = newId(now)
  await insertCall(tx, key, { ...dialling, id, direction: 'out', source: 'pbx', externalId: id, beganAt: now })
  const asked = { event: 'asked', at: now, now } as const
  await addEvent(tx, id, asked)
  await foldInto(tx, { id, direction: 'out', areaPath }, asked)
  return { id }
}

/** The exchange did not take it: nobody's telephone rings. */
export async function failDial(tx: Tx, call: { id: string; areaPath: string }, now: Date): Promise<void> {
  const failed = { event: 'failed', at: now, now } as const
  if (await addEvent(tx, call.id, failed)) await foldInto(tx, { ...call, direction: 'out' }, failed)
}
