import { Type, type Static } from 'typebox'
import { deviceKinds } from '@anju/domain/device/kinds'
import { VISIT_STATES } from '@anju/domain/visit/kinds'
import { Contact, HomeDetail, sexes } from '../elder/schema.ts'
import { HomePhoto } from '../home/photo-schema.ts'
import { AreaName, DeviceId, Instant, Nullable, OneOf, Person, Uuid } from '../schema.ts'
import { VisitNow } from '../visit/now-schema.ts'

/** One on the ladder, and how it went when somebody last rang there for an alarm. */
export const LadderContact = Type.Object({
  ...Contact.properties,
  last: Nullable(Type.Object({ at: Instant, outcome: Type.String({ description: 'Of the step family or helper' }) })),
})
export type LadderContact = Static<typeof LadderContact>

export const NearCaregiver = Type.Object({
  ...Person.properties,
  phone: Type.String(),
  provider: Person,
  lastTap: Nullable(
    Type.Object(
      {
        at: Instant,
        inside: Type.Boolean({ description: 'false: just left there' }),
        elderName: Type.String(),
        metres: Nullable(Type.Integer({ description: 'From there to the alarm’s home, as the crow flies' })),
      },
      { description: 'Where they are is where their last tap was; null: there is none of late' },
    ),
  ),
  missing: Type.Array(Type.Object({ kind: Type.String(), why: Type.String(), day: Nullable(Type.String()) }), {
    description: 'Of what everybody who is sent must hold; none: may be sent',
  }),
})
/** A device that one can talk through. */
export const Voice = Type.Object({
  deviceId: DeviceId,
  kind: OneOf(deviceKinds),
  label: Type.String(),
  phone: Type.String(),
})
export type NearCaregiver = Static<typeof NearCaregiver>

const Reachable = Type.Object({ ...Person.properties, phone: Type.String() })
/** The visit an alarm asks about. */
export const AlarmVisit = Type.Object({
  id: Uuid,
  state: OneOf(VISIT_STATES),
  because: Nullable(OneOf(['late', 'missing', 'missed', 'inside-too-long'])),
  afterMin: Nullable(Type.Integer()),
  caregiver: Nullable(Reachable),
  provider: Reachable,
  plannedFrom: Instant,
  plannedTo: Instant,
  beganAt: Nullable(Instant),
  leftAt: Nullable(Instant),
})
export type AlarmVisit = Static<typeof AlarmVisit>

export const AlarmTap = Type.Object({
  id: Uuid,
  at: Instant,
  receivedAt: Instant,
  marks: Type.Array(Type.String()),
  uid: Nullable(Type.String()),
  caregiver: Nullable(Person),
})
export const AlarmCall = Type.Object({
  id: Uuid,
  direction: Type.String({ description: 'in or out' }),
  beganAt: Instant,
  answeredAt: Nullable(Instant),
  endedAt: Nullable(Instant),
  numberTail: Type.String(),
  outcome: Nullable(Type.String()),
  user: Nullable(Person),
})

export const ElderName = Type.Object({
  id: Uuid,
  name: Type.String(),
  age: Nullable(Type.Integer()),
  sex: Nullable(OneOf(sexes)),
})

/** Where the button hangs now that was pressed last, when the alarm names another place. */
export const Stands = Type.Object({
  deviceId: DeviceId,
  since: Nullable(Instant),
  home: Nullable(Type.Omit(HomeDetail, ['entry'], { description: 'null: it was taken down' })),
  area: Nullable(AreaName),
  elder: Nullable(Type.Object({ ...ElderName.properties, phone: Type.String() })),
  answer: Nullable(
    Type.Object(
      { at: Instant, user: Nullable(Person) },
      { description: 'Somebody asked: she is where the alarm says' },
    ),
  ),
})
export type Stands = Static<typeof Stands>

/** What stands around an alarm beside the elder’s and the home’s own file. */
export const Around = Type.Object({
  entryOnFile: Type.Boolean({ description: 'Key or code is on file; POST …/entry tells it while the alarm is open' }),
  voices: Type.Array(Voice, {
    description: 'Devices in the home that one can talk through, the one that raised first',
  }),
  photos: Type.Array(HomePhoto, { description: 'GET /api/homes/{id}/photos/{photoId}' }),
  caregivers: Type.Array(NearCaregiver, {
    description: 'Of the providers that serve this area, the nearest by their last tap first',
  }),
  inside: Type.Array(VisitNow, { description: 'Caregivers who are in the home now, or have set out for it' }),
  visit: Nullable(AlarmVisit),
  taps: Type.Array(AlarmTap, { description: 'At the home’s door in the day before now, newest first' }),
  calls: Type.Array(AlarmCall, { description: 'Filed to this alarm, or with its elder since it was raised' }),
})
export type Around = Static<typeof Around>

export const EntryNote = Type.Object({ entryNote: Type.String({ description: 'Key holder, door code' }) })
export const Takers = Type.Object({
  items: Type.Array(Person, { description: 'Who sits at a desk that hears this alarm now, without its owner' }),
})
