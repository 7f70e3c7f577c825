import { Type, type Static } from 'typebox'
import { Instant, Nullable, OneOf, Uuid } from '../schema.ts'

/** Longer periods are read in parts. */
export const PERIOD_AT_MOST_DAYS = 400

export const FiguresQuery = Type.Object({
  from: Instant,
  to: Instant,
  areaId: Type.Optional(Uuid),
})
export const AnsweringQuery = Type.Object({
  ...FiguresQuery.properties,
  by: OneOf(['kind', 'area', 'shift']),
})

const Times = Type.Object(
  {
    n: Type.Integer(),
    p50: Nullable(Type.Number()),
    p90: Nullable(Type.Number()),
    p975: Nullable(Type.Number()),
    p99: Nullable(Type.Number()),
    most: Nullable(Type.Number()),
    /** In the order of the two yardsticks of its kind. */
    within: Type.Array(Type.Integer(), { description: 'How many within the shorter and the longer yardstick' }),
  },
  { description: 'Seconds' },
)

export const AnsweringGroup = Type.Object({
  key: Type.String(),
  label: Nullable(Type.String({ description: 'A name where the key is none' })),
  alarms: Type.Integer(),
  answer: Times,
  onScene: Times,
})
export type AnsweringGroup = Static<typeof AnsweringGroup>
export const Answering = Type.Object({
  all: AnsweringGroup,
  groups: Type.Array(AnsweringGroup),
  drills: Type.Integer({ description: 'Alarms of drills in the period: counted nowhere' }),
})
export type Answering = Static<typeof Answering>

export const Load = Type.Object({
  alarms: Type.Integer(),
  mix: Type.Object({ high: Type.Integer(), medium: Type.Integer(), low: Type.Integer() }),
  floods: Type.Integer(),
  busiest: Type.Array(
    Type.Object({
      at: Instant,
      alarms: Type.Integer(),
      operators: Type.Integer({ description: 'Who did something in these ten minutes, or was on the roster' }),
      flood: Type.Boolean(),
    }),
  ),
  days: Type.Array(
    Type.Object({
      day: Type.String({ format: 'date' }),
      high: Type.Integer(),
      medium: Type.Integer(),
      low: Type.Integer(),
    }),
  ),
})
export type Load = Static<typeof Load>

export const Stale = Type.Object({
  items: Type.Array(
    Type.Object({
      id: Uuid,
      kind: Type.String(),
      elder: Nullable(Type.String()),
      area: Nullable(Type.String()),
      raisedAt: Instant,
      owner: Nullable(Type.String()),
    }),
  ),
  more: Type.Boolean(),
})
export type Stale = Static<typeof Stale>

export const FalsePresses = Type.Object({
  presses: Type.Integer(),
  falsePresses: Type.Integer(),
  items: Type.Array(
    Type.Object({
      elder: Type.Object({ id: Uuid, name: Type.String() }),
      area: Type.String(),
      presses: Type.Integer({ description: 'Alarms of presses that were resolved' }),
      falsePresses: Type.Integer(),
      suggested: Type.Boolean({ description: 'The lead may look at it; nothing is done by itself' }),
      plan: Type.Boolean({ description: 'A plan is in force' }),
    }),
  ),
})
export type FalsePresses = Static<typeof FalsePresses>

export const Availability = Type.Object({
  items: Type.Array(
    Type.Object({
      kind: Type.String(),
      devices: Type.Integer(),
      silences: Type.Integer(),
      /** Of all their time in the period. */
      available: Type.Number({ description: 'Share of all their time in the period, 0 to 1' }),
    }),
  ),
})
export type Availability = Static<typeof Availability>
