import { Type, type Static } from 'typebox'
import { AreaName, List, Uuid } from '../schema.ts'

export const OnCallPerson = Type.Object({
  id: Uuid,
  userId: Uuid,
  name: Type.String(),
  afterMin: Type.Integer(),
  reachable: Type.Boolean({ description: 'Has a telephone number and is not disabled' }),
})

/** Who is on call for an area and all below it that has no list of its own. */
export const OnCallList = Type.Object({ area: AreaName, people: Type.Array(OnCallPerson) })
export type OnCallList = Static<typeof OnCallList>
export const OnCallLists = List(OnCallList)

export const OnCallChange = Type.Object(
  {
    base: Type.Array(Uuid, { maxItems: 50, description: 'The ids of the rows the change was made from, in order' }),
    people: Type.Array(
      Type.Object(
        { userId: Uuid, afterMin: Type.Integer({ minimum: 0, maximum: 240 }) },
        { additionalProperties: false },
      ),
      { maxItems: 20 },
    ),
  },
  { additionalProperties: false },
)
