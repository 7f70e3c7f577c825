import { Type } from 'typebox'
import { CONDITION_KINDS, SUBSTITUTES } from '@anju/domain/visit/condition'
import { VISIT_FILE_BYTES_AT_MOST, visitFileKinds } from '@anju/domain/visit/file'
import { BloodPressure, Glucose, Spo2, Temperature, Weight } from '@anju/domain/wire/schema'
import { phoneFact, Position } from '../presence/schema.ts'
import { Instant, OneOf, Uuid } from '../schema.ts'

const strict = { additionalProperties: false }

/** Four characters carry three bytes. */
export const BASE64_AT_MOST = Math.ceil(VISIT_FILE_BYTES_AT_MOST / 3) * 4

const Said = Type.Object(
  {
    met: Type.Boolean(),
    who: Type.Optional(Type.String({ maxLength: 100, description: 'Who was there, guided or ordered' })),
    paper: Type.Optional(Type.String({ maxLength: 100, description: 'Number or date of an order' })),
    substitute: Type.Optional(OneOf(SUBSTITUTES)),
    consented: Type.Optional(Type.Boolean({ description: 'The elder agreed to the one who stood in' })),
  },
  strict,
)

export const ServicesBody = Type.Object(
  {
    deviceAt: Type.Optional(Instant),
    services: Type.Array(
      Type.Object(
        {
          id: Uuid,
          done: Type.Boolean(),
          conditions: Type.Optional(Type.Partial(Type.Record(OneOf(CONDITION_KINDS), Said), strict)),
        },
        strict,
      ),
      { minItems: 1, maxItems: 30 },
    ),
  },
  strict,
)

/** As the wire contract has it; whose device it was nobody says. */
export const ReadingBody = Type.Object(
  { ...phoneFact, reading: Type.Union([BloodPressure, Glucose, Spo2, Weight, Temperature]) },
  strict,
)

export const NewVisitFile = Type.Object(
  {
    ...phoneFact,
    kind: OneOf(visitFileKinds),
    data: Type.String({ minLength: 4, maxLength: BASE64_AT_MOST, description: 'JPEG, PNG or WebP, in base64' }),
    takenAt: Type.Optional(Instant),
    position: Type.Optional(Position),
    serviceId: Type.Optional(Uuid),
    caption: Type.Optional(Type.String({ maxLength: 200 })),
    look: Type.Optional(Type.String({ pattern: '^[0-9a-f]{16}$', description: 'Perceptual hash of a photo' })),
  },
  strict,
)
