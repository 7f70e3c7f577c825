import type { Scope } from '@anju/domain/access/scope'
import { type AlarmKind, callsForHelp } from '@anju/domain/alarm/kinds'
import type { AreaRule } from '@anju/domain/alarm/rule'
import { Refusal } from '@anju/domain/error'
import { heldArea } from '../area/held.ts'
import { recordChange } from '../history/apply.ts'
import { lastChangeOf } from '../history/changed-by.ts'
import { newId } from '../id.ts'
import { lockSubjects, type Tx } from '../tx.ts'

export interface RuleChange extends AreaRule {
  areaId: string
  kind: AlarmKind
  /** 0: this area said nothing of the kind before. */
  version: number
}

/**
 * Says what holds for a kind of alarm in an area; all null: as the area above has it. Takes effect with the next
 * question asked of an open alarm. Refuses `changed-meanwhile`, and `rule-of-help` for another priority of a call for help.
 */
export async function changeRule(tx: Tx, change: RuleChange, scope: Scope, now: Date): Promise<void> {
  const { areaId, kind, priority, unownedFirstS, unownedLastS, progressS, version } = change
  await heldArea(tx, areaId, scope)
  if (callsForHelp(kind) && priority !== null && priority !== 'high') throw new Refusal('rule-of-help')
  if (unownedFirstS !== null && unownedLastS !== null && unownedLastS < unownedFirstS) {
    throw new Refusal('invalid-request', 'The outside hears no earlier than every seat.')
  }
  const subject = `alarm-rule:${areaId}`
  await lockSubjects(tx, [subject])
  const [held] = await tx.query<AreaRule & { version: number } & Record<string, unknown>>(
    `select priority, unowned_first_s as "unownedFirstS", unowned_last_s as "unownedLastS", progress_s as "progressS", version
     from alarm_rule where area_id = $1 and kind = $2`,
    [areaId, kind],
  )
  if ((held?.version ?? 0) !== version) {
    throw new Refusal('changed-meanwhile', undefined, { current: held ?? null, ...(await lastChangeOf(tx, subject)) })
  }
  await tx.query(
    `insert into alarm_rule (id, area_id, kind, priority, unowned_first_s, unowned_last_s, progress_s)
     values ($1, $2, $3, $4, $5, $6, $7)
     on conflict (area_id, kind) do update set priority = $4, unowned_first_s = $5, unowned_last_s = $6,
       progress_s = $7, version = alarm_rule.version + 1`,
    [newId(now), areaId, kind, priority, unownedFirstS, unownedLastS, progressS],
  )
  const { version: _, ...before } = held ?? { version: 0 }
  await recordChange(tx, {
    subject,
    action: 'changed',
    before: { kind, ...before },
    after: { kind, priority, unownedFirstS, unownedLastS, progressS },
    reason: '',
    userId: scope.userId,
    now,
  })
}
