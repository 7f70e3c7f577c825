import { Type, type Static } from 'typebox'
import { firstSteps } from '@anju/domain/access/first-run'
import { Nullable, OneOf, Person } from '../schema.ts'

const State = OneOf(['done', 'skipped', 'open'])

export const FirstRun = Type.Object({
  progress: OneOf(['untouched', 'begun', 'finished']),
  dismissed: Type.Boolean(),
  steps: Type.Object({
    county: State,
    town: State,
    community: State,
    provider: State,
    elder: State,
    device: State,
    seat: State,
  }),
  elder: Nullable(Person),
})
export type FirstRun = Static<typeof FirstRun>

export const FirstRunChange = Type.Object(
  {
    skip: Type.Optional(OneOf(firstSteps)),
    back: Type.Optional(OneOf(firstSteps)),
    dismiss: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
)
