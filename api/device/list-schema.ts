import { Type, type Static } from 'typebox'
import { deviceKinds } from '@anju/domain/device/kinds'
import { listColumns } from '@anju/domain/device/list-columns'
import { DeviceId, Nullable, OneOf } from '../schema.ts'
import { Broker } from './schema.ts'

/** A list of 5,000 rows, 700 bytes each, as base64: everything else that people send by hand stays below 256 KiB. */
export const LIST_BODY_LIMIT = 5 * 1024 * 1024

export const ListBody = Type.Object(
  { file: Type.String({ minLength: 1, maxLength: LIST_BODY_LIMIT, description: 'The file’s bytes, base64' }) },
  { additionalProperties: false },
)

export const troubles = [
  'no-kind',
  'unknown-kind',
  'no-serial',
  'too-long',
  'bad-user-number',
  'rounded',
  'duplicate',
  'registered',
  'elder-not-found',
  'elder-unsure',
  'elder-differs',
  'elder-dead',
  'elder-ambiguous',
  'elder-elsewhere',
  'no-place',
  'village-not-found',
  'village-ambiguous',
  'hub-not-found',
  'hub-of-hub',
] as const
export type ListTrouble = (typeof troubles)[number]

const Row = Type.Object({
  line: Type.Integer({ description: 'Where the row begins in the file, from 1' }),
  serial: Type.String(),
  kind: Nullable(OneOf(deviceKinds)),
  label: Type.String(),
  elder: Nullable(Type.String({ description: 'As found, or as the file says' })),
  area: Type.String(),
  trouble: Nullable(
    Type.Object({
      code: OneOf(troubles),
      line: Type.Optional(Type.Integer({ description: 'duplicate: where it stood first' })),
      deviceId: Type.Optional(Nullable(DeviceId)),
      count: Type.Optional(Type.Integer({ description: 'elder-ambiguous: how many fit' })),
    }),
  ),
})
export type ListRowAnswer = Static<typeof Row>

const file = {
  encoding: Type.String(),
  delimiter: Type.String(),
  columns: Type.Array(OneOf(listColumns)),
  fresh: Type.Integer({ description: 'Rows that are, or would be, registered' }),
}
export const ListPreview = Type.Object({ ...file, rows: Type.Array(Row) })
export type ListPreview = Static<typeof ListPreview>

export const ListResult = Type.Object({
  ...file,
  rows: Type.Array(
    Type.Object({
      ...Row.properties,
      id: Nullable(DeviceId),
      secret: Nullable(Type.String({ description: 'Shown this once' })),
    }),
  ),
  broker: Broker,
})
export type ListResult = Static<typeof ListResult>
