import type { Scope } from '@anju/domain/access/scope'
import { alarmKinds } from '@anju/domain/alarm/kinds'
import { defaultPlaybook } from '@anju/domain/alarm/playbook'
import { Refusal } from '@anju/domain/error'
import type { Db } from '@anju/prisma/reads'
import { Type } from 'typebox'
import { Value } from 'typebox/value'
import { PlaybookStep } from '../alarm/schema.ts'
import type { PlaybookRow } from './schema.ts'

const Steps = Type.Array(PlaybookStep)

/** The playbook of each kind that holds in an area: its own, else the nearest one above, else the first of all. */
export async function readPlaybooks(scope: Scope, db: Db, areaId: string): Promise<PlaybookRow[]> {
  const area = await db.area.findFirst({ where: { id: areaId, path: { startsWith: scope.areaPath } } })
  if (!area) throw new Refusal('not-found')
  const above = area.path.split('/').filter((id) => id !== '')
  const made = await db.playbook.findMany({
    where: { areaId: { in: above }, retiredAt: null },
    include: { area: { select: { id: true, name: true, path: true } }, madeBy: { select: { id: true, name: true } } },
  })
  return alarmKinds.map((kind) => {
    const [nearest] = made.filter((each) => each.kind === kind).sort((a, b) => b.area.path.length - a.area.path.length)
    if (!nearest) {
      return { kind, area: null, id: null, steps: [...defaultPlaybook(kind)], own: false, madeBy: null, madeAt: null }
    }
    if (!Value.Check(Steps, nearest.steps)) throw new Error(`playbook ${nearest.id} is not as it was written`)
    const { id, steps, madeBy, madeAt } = nearest
    return {
      kind,
      area: { id: nearest.area.id, name: nearest.area.name },
      id,
      steps,
      own: nearest.area.id === areaId,
      madeBy,
      madeAt: madeAt.toISOString(),
    }
  })
}
