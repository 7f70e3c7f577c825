import { Type, type Static } from 'typebox'
import { RULE_IDS, SEVERITIES } from '@anju/domain/visit/check/finding'
import { ACKNOWLEDGE_REASONS, EXCEPTION_ACTIONS, EXCEPTION_STATES, FIX_REASONS } from '@anju/domain/visit/exception'
import { VISIT_PARTS, VISIT_STATES } from '@anju/domain/visit/kinds'
import { AreaName, Instant, List, Nullable, OneOf, pageQuery, Person, Uuid } from '../schema.ts'

const Can = Type.Object({ allowed: Type.Boolean(), reason: Type.Optional(Type.String()) })
const Case = Type.Record(Type.String(), Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Null()]), {
  description: 'What the rule stands on: minutes, metres, shares as whole percents, codes, ids of other visits',
})

export const ExceptionRow = Type.Object({
  id: Uuid,
  rule: Type.String({ description: `One of ${RULE_IDS.join(', ')}` }),
  ruleVersion: Type.Integer(),
  severity: OneOf(SEVERITIES),
  cases: Type.Array(Case),
  state: OneOf(EXCEPTION_STATES),
  foundAt: Instant,
  disputed: Type.Boolean(),
  visit: Type.Object({
    id: Uuid,
    elder: Person,
    area: AreaName,
    provider: Person,
    caregiver: Nullable(Person),
    state: OneOf(VISIT_STATES),
    timeZone: Type.String(),
    plannedFrom: Instant,
    plannedTo: Instant,
    beganAt: Nullable(Instant),
    leftAt: Nullable(Instant),
  }),
  version: Type.Integer(),
})
export type ExceptionRow = Static<typeof ExceptionRow>

const Decision = Type.Object({
  decision: Type.String(),
  by: Nullable(Person),
  at: Nullable(Instant),
  reasonCode: Nullable(Type.String()),
  note: Type.String(),
})
export const ExceptionDetail = Type.Object({
  ...ExceptionRow.properties,
  decided: Nullable(Decision),
  before: Nullable(
    Type.Object(
      { ...Decision.properties, severity: OneOf(SEVERITIES), cases: Type.Array(Case) },
      { description: 'What was decided while its facts were others' },
    ),
  ),
  dispute: Nullable(Type.Object({ text: Type.String(), by: Nullable(Person), at: Instant })),
  can: Type.Unsafe<Record<(typeof EXCEPTION_ACTIONS)[number], Static<typeof Can>>>(
    Type.Object(Object.fromEntries(EXCEPTION_ACTIONS.map((action) => [action, Can]))),
  ),
})
export type ExceptionDetail = Static<typeof ExceptionDetail>

export const ExceptionList = Type.Object({
  ...List(ExceptionRow).properties,
  counts: Type.Object(
    {
      open: Type.Integer(),
      investigating: Type.Integer(),
      rules: Type.Record(Type.String(), Type.Integer(), { description: 'Undecided ones of each rule' }),
    },
    { description: 'Of the scope' },
  ),
})

export const exceptionShows = ['open', 'investigating', 'decided', 'all'] as const
export const ExceptionQuery = Type.Object({
  ...pageQuery,
  show: Type.Optional(OneOf(exceptionShows)),
  rule: Type.Optional(OneOf(RULE_IDS)),
  severity: Type.Optional(OneOf(SEVERITIES)),
  provider: Type.Optional(Uuid),
  area: Type.Optional(Uuid),
  visit: Type.Optional(Uuid),
  from: Type.Optional(Instant),
  to: Type.Optional(Type.String({ format: 'date-time', description: 'Of visits planned from and before' })),
})

const Note = Type.String({ maxLength: 2000 })
const exact = { additionalProperties: false }
export const FixBody = Type.Object(
  {
    version: Type.Integer(),
    reasonCode: OneOf(FIX_REASONS),
    note: Type.Optional(Note),
    end: Type.Optional(Type.Object({ part: OneOf(VISIT_PARTS), at: Instant }, exact)),
  },
  exact,
)
export const AcknowledgeBody = Type.Object(
  { version: Type.Integer(), reasonCode: OneOf(ACKNOWLEDGE_REASONS), note: Type.Optional(Note) },
  exact,
)
export const NotedBody = Type.Object({ version: Type.Integer(), note: Type.Optional(Note) }, exact)
export const DisputeBody = Type.Object(
  { version: Type.Integer(), text: Type.String({ minLength: 1, maxLength: 2000, pattern: '\\S' }) },
  exact,
)
export const Rechecked = Type.Object({ changed: Type.Boolean() })
