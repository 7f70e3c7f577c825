import { Type } from 'typebox'
import { Value } from 'typebox/value'
import { defaultPlaybook } from '@anju/domain/alarm/playbook'
import type { Scope } from '@anju/domain/access/scope'
import type { Db } from '@anju/prisma/reads'
import { kindOf } from './row.ts'
import { type AlarmDetail, PlaybookStep } from './schema.ts'

const Steps = Type.Array(PlaybookStep)

/** The playbook an alarm is handled by: the one it was taken with, else the one in force now. */
export async function readPlaybook(
  scope: Scope,
  db: Db,
  row: { kind: string; areaPath: string; playbookId: string | null },
): Promise<AlarmDetail['playbook']> {
  const [found] = await db.$queryRaw<{ id: string; steps: unknown }[]>`
    select playbook.id, playbook.steps from playbook join area on area.id = playbook.area_id
    where case when ${row.playbookId}::uuid is not null then playbook.id = ${row.playbookId}::uuid
               else playbook.kind = ${row.kind} and playbook.retired_at is null end
      and starts_with(${row.areaPath}, area.path) and starts_with(${row.areaPath}, ${scope.areaPath})
    order by length(area.path) desc limit 1`
  if (!found) return { id: null, steps: [...defaultPlaybook(kindOf(row.kind))] }
  if (!Value.Check(Steps, found.steps)) throw new Error(`playbook ${found.id} is not as it was written`)
  return { id: found.id, steps: found.steps }
}

/** Somebody who presses often without need: the words change, nothing else. */
export async function readNuisancePlan(
  scope: Scope,
  db: Db,
  elderId: string | null,
  now: Date,
): Promise<AlarmDetail['nuisancePlan']> {
  if (elderId === null) return null
  const plan = await db.nuisancePlan.findFirst({
    where: {
      elderId,
      endedAt: null,
      until: { gt: now },
      elder: {
        OR: [
          { home: { area: { path: { startsWith: scope.areaPath } } } },
          { alarms: { some: { areaPath: { startsWith: scope.areaPath } } } },
        ],
      },
    },
    include: { madeBy: { select: { id: true, name: true } } },
  })
  return plan && { script: plan.script, until: plan.until.toISOString(), madeBy: plan.madeBy }
}
