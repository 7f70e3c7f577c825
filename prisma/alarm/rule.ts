import type { AlarmKind } from '@anju/domain/alarm/kinds'
import { type AlarmRule, type AreaRule, ruleOf } from '@anju/domain/alarm/rule'
import type { Tx } from '../tx.ts'

/** The rule of a kind of alarm in the area at `areaPath`. */
export async function loadRule(tx: Pick<Tx, 'query'>, kind: AlarmKind, areaPath: string): Promise<AlarmRule> {
  const rules = await tx.query<AreaRule & Record<string, unknown>>(
    `select rule.priority, rule.unowned_first_s as "unownedFirstS", rule.unowned_last_s as "unownedLastS",
            rule.progress_s as "progressS"
     from alarm_rule rule join area on area.id = rule.area_id
     where rule.kind = $1 and starts_with($2, area.path) order by length(area.path) desc`,
    [kind, areaPath],
  )
  return ruleOf(kind, rules)
}
