import { Type, type Static } from 'typebox'
import { AreaName, Instant, Nullable, OneOf, Person, Uuid } from '../schema.ts'

const Reachable = Type.Object({
  ...Person.properties,
  phone: Type.String({ description: '“” where none is known, or it is not the reader’s to see' }),
})

const Visited = Type.Object({ ...Person.properties, visitId: Uuid })

/** A visit under way: somebody has set out for a home, or is inside. A couple's joint visit is one. */
export const VisitNow = Type.Object({
  id: Uuid,
  elders: Type.Array(Visited, { minItems: 1, description: 'A couple has a visit each, and one caregiver' }),
  home: Type.Object({ id: Uuid, address: Type.String() }),
  area: AreaName,
  place: Nullable(
    Type.Object({ lon: Type.Number(), lat: Type.Number() }, { description: 'Of the home, WGS-84, degrees' }),
  ),
  caregiver: Nullable(Reachable),
  provider: Reachable,
  state: OneOf(['on-the-way', 'in-service']),
  since: Nullable(Type.String({ format: 'date-time', description: 'Inside, or on the way, since' })),
  plannedFrom: Instant,
  plannedTo: Instant,
})
export type VisitNow = Static<typeof VisitNow>

export const VisitsNow = Type.Object({ items: Type.Array(VisitNow), asOf: Type.Integer() })
export const VisitsNowQuery = Type.Object({ home: Type.Optional(Uuid), elder: Type.Optional(Uuid) })
