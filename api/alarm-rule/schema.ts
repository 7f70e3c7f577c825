import { Type, type Static } from 'typebox'
import { alarmKinds } from '@anju/domain/alarm/kinds'
import { RULE_BOUNDS_S } from '@anju/domain/alarm/rule'
import { Nullable, OneOf, Uuid } from '../schema.ts'

const seconds = ([minimum, maximum]: readonly [number, number]) => Nullable(Type.Integer({ minimum, maximum }))
const priority = OneOf(['high', 'medium', 'low'])
const said = {
  priority: Nullable(priority),
  unownedFirstS: seconds(RULE_BOUNDS_S.unownedFirst),
  unownedLastS: seconds(RULE_BOUNDS_S.unownedLast),
  progressS: seconds(RULE_BOUNDS_S.progress),
}

export const RuleRow = Type.Object({
  kind: OneOf(alarmKinds),
  version: Type.Integer({ description: '0: the area says nothing of this kind itself' }),
  said: Type.Object(said, { description: 'What the area itself says; null: as the area above has it' }),
  holds: Type.Object(
    { priority, unownedFirstS: Type.Integer(), unownedLastS: Type.Integer(), progressS: Type.Integer() },
    { description: 'What holds here' },
  ),
  fixed: Type.Boolean({ description: 'A call for help: its priority is high everywhere' }),
})
export type RuleRow = Static<typeof RuleRow>

export const RuleChange = Type.Object(
  { areaId: Uuid, kind: OneOf(alarmKinds), ...said, version: Type.Integer({ minimum: 0 }) },
  { additionalProperties: false },
)
