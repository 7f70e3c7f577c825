import { Type, type Static } from 'typebox'
import { ALARM_STATES } from '@anju/domain/alarm/kinds'
import { SCRIPT_LENGTH_AT_MOST } from '@anju/domain/alarm/playbook'
import { stepKinds } from '@anju/domain/alarm/step'
import { HomeDetail, HomeName } from '../elder/schema.ts'
import { Reading } from '../reading/schema.ts'
import { AreaName, DeviceId, Instant, List, Nullable, OneOf, pageQuery, Person, Uuid } from '../schema.ts'
import { Around, ElderName, LadderContact, Stands } from './around-schema.ts'

export const AlarmRow = Type.Object({
  id: Uuid,
  subject: Type.String({ description: 'elder:<id>, home:<id>, device:<id>, community:<id>, broker:<name>' }),
  elderId: Nullable(Uuid),
  homeId: Nullable(Uuid),
  deviceId: Nullable(DeviceId),
  kind: Type.String(),
  priority: OneOf(['high', 'medium', 'low']),
  state: OneOf(ALARM_STATES),
  raisedAt: Instant,
  clockFrom: Type.String({ format: 'date-time', description: 'A repeated press restarts the clocks from here' }),
  presses: Type.Integer(),
  lastPressAt: Nullable(Instant),
  firstDeviceAt: Nullable(
    Type.String({ format: 'date-time', description: 'The button’s own clock at the first press' }),
  ),
  lastDeviceAt: Nullable(Type.String({ format: 'date-time', description: 'The button’s own clock at the last press' })),
  owner: Nullable(Person),
  acknowledgedAt: Nullable(Instant),
  resolvedAt: Nullable(Instant),
  outcome: Nullable(Type.String()),
  shelvedUntil: Nullable(Instant),
  followUpAt: Nullable(Type.String({ format: 'date-time', description: 'When somebody must look again' })),
  closedAt: Nullable(Instant),
  drillId: Nullable(Uuid),
  escalation: Type.Integer({ description: '0 none, 1 every seat and the lead, 2 outside' }),
  devices: Type.Array(Type.String(), { description: 'The devices a grouped alarm lists' }),
  elder: Nullable(ElderName),
  home: Nullable(HomeName),
  area: Nullable(AreaName),
  shownAt: Nullable(Type.String({ format: 'date-time', description: 'First painted by a seat since the last press' })),
  messageId: Nullable(Type.String({ format: 'uuid', description: 'The last fact behind it; also in every log line' })),
})
export type AlarmRow = Static<typeof AlarmRow>
export const AlarmList = List(AlarmRow)

const Can = Type.Union([
  Type.Object({ allowed: Type.Literal(true) }),
  Type.Object({
    allowed: Type.Literal(false),
    reason: Type.String({ description: 'A code of the catalogue' }),
    by: Type.Optional(Person),
  }),
])
export type Can = Static<typeof Can>

export const AlarmEntry = Type.Object({
  id: Uuid,
  at: Instant,
  kind: Type.String(),
  user: Nullable(Person),
  messageId: Nullable(Uuid),
  body: Type.Record(Type.String(), Type.Unknown()),
})
export type AlarmEntry = Static<typeof AlarmEntry>

export const AlarmStep = Type.Object({
  id: Uuid,
  step: OneOf(stepKinds),
  begunAt: Instant,
  begunBy: Nullable(Uuid),
  contactId: Nullable(Uuid),
  caregiverId: Nullable(Uuid),
  deviceId: Nullable(DeviceId),
  endedAt: Nullable(Instant),
  outcome: Nullable(Type.String()),
  note: Type.String(),
})
export const PlaybookStep = Type.Object({
  step: OneOf(stepKinds),
  script: Type.String({ maxLength: SCRIPT_LENGTH_AT_MOST, description: 'In the county’s own words; may be empty' }),
})

export const AlarmDetail = Type.Object({
  ...AlarmRow.properties,
  reasons: Type.Unknown({ description: 'Inputs, rule and rule version (why it has this priority)' }),
  entries: Type.Array(AlarmEntry),
  elder: Nullable(
    Type.Object({
      ...ElderName.properties,
      dialect: Type.String(),
      hearing: Type.String(),
      allergies: Type.String(),
      conditions: Type.String(),
      medicines: Type.String(),
      phone: Type.String(),
      contacts: Type.Array(LadderContact),
    }),
  ),
  home: Nullable(Type.Omit(HomeDetail, ['entry'])),
  ...Around.properties,
  stands: Nullable(Stands),
  readings: Type.Array(Reading),
  withheld: Type.Boolean({
    description: 'Of elder and home only names and address are told: outside one’s duty the file asks a reason',
  }),
  steps: Type.Array(AlarmStep, { description: 'What was done, folded from the entries' }),
  onSceneAt: Nullable(Type.String({ format: 'date-time', description: 'When somebody stood at the door' })),
  playbook: Type.Object({
    id: Nullable(Type.String({ format: 'uuid', description: 'null: the one every county begins with' })),
    steps: Type.Array(PlaybookStep),
  }),
  nuisancePlan: Nullable(
    Type.Object({ script: Type.String(), until: Instant, madeBy: Person }, { description: 'Changes the script alone' }),
  ),
  can: Type.Object({
    acknowledge: Can,
    step: Can,
    note: Can,
    'hand-over': Can,
    'give-back': Can,
    shelve: Can,
    resolve: Can,
    reopen: Can,
    close: Can,
  }),
})
export type AlarmDetail = Static<typeof AlarmDetail>

const UUID = '[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}'
const IDS_AT_MOST = 100

export const AlarmQuery = Type.Object({
  ...pageQuery,
  state: Type.Optional(OneOf(['open', 'resolved', 'follow-up', 'all'])),
  ids: Type.Optional(
    Type.String({
      pattern: `^${UUID}(,${UUID}){0,${IDS_AT_MOST - 1}}$`,
      description: 'Only these: what a screen heard of in one breath, by comma',
    }),
  ),
})

export const ShownBody = Type.Object(
  {
    seatId: Uuid,
    presses: Type.Integer({ minimum: 0 }),
    clockFrom: Type.String({
      format: 'date-time',
      description: 'Of the alarm as it was painted: which press that was',
    }),
  },
  { additionalProperties: false },
)
