/** What the people pages read and send: the types of the API's own schemas. */
import type { AreaRow } from '@anju/api/area/schema'
import type { Absence, Contact, ElderFile, FoundElder } from '@anju/api/elder/schema'
import type { Change } from '@anju/api/history/schema'
import type { Problem } from '../api/shapes.ts'

export type { Absence, AreaRow, Change, Contact, ElderFile, FoundElder }

/** Somebody else saved first: the file as it is now, and whose change it was. */
export type ChangedMeanwhile<Current> = Problem & { current: Current; lastChange: Change | null }

export function isChangedMeanwhile<Current>(problem: Problem | null): problem is ChangedMeanwhile<Current> {
  return problem?.code === 'changed-meanwhile' && 'current' in problem
}
