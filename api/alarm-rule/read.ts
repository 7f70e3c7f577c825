import type { Scope } from '@anju/domain/access/scope'
import { type AlarmKind, alarmKinds, callsForHelp } from '@anju/domain/alarm/kinds'
import { ruleOf } from '@anju/domain/alarm/rule'
import { Refusal } from '@anju/domain/error'
import type { Db } from '@anju/prisma/reads'
import { priorityOf } from '../alarm/row.ts'
import type { RuleRow } from './schema.ts'

/** The rule of each kind of alarm in an area: what the area itself says, and what holds. */
export async function readRules(scope: Scope, db: Db, areaId: string): Promise<RuleRow[]> {
  const area = await db.area.findFirst({ where: { id: areaId, path: { startsWith: scope.areaPath } } })
  if (!area) throw new Refusal('not-found')
  const above = area.path.split('/').filter((id) => id !== '')
  const rows = await db.alarmRule.findMany({
    where: { areaId: { in: above } },
    include: { area: { select: { path: true } } },
  })
  const rowOf = (kind: AlarmKind): RuleRow => {
    const rules = rows
      .filter((rule) => rule.kind === kind)
      .sort((a, b) => b.area.path.length - a.area.path.length)
      .map(({ priority, ...rule }) => ({ ...rule, priority: priority === null ? null : priorityOf(priority) }))
    const own = rules.find((rule) => rule.areaId === areaId)
    const holds = ruleOf(kind, rules)
    return {
      kind,
      version: own?.version ?? 0,
      said: {
        priority: own?.priority ?? null,
        unownedFirstS: own?.unownedFirstS ?? null,
        unownedLastS: own?.unownedLastS ?? null,
        progressS: own?.progressS ?? null,
      },
      holds: {
        priority: holds.priority,
        unownedFirstS: holds.unownedFirstMs / 1000,
        unownedLastS: holds.unownedLastMs / 1000,
        progressS: holds.progressMs / 1000,
      },
      fixed: callsForHelp(kind),
    }
  }
  return alarmKinds.map(rowOf)
}
