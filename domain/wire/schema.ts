import Type, { type Static } from 'typebox'

/**
 * Wire contract v1, topics `anju/v1/{deviceId}/{kind}`. JSON, UTF-8. Unknown fields are kept, not refused.
 * Text that reaches a text column excludes control characters, which PostgreSQL refuses (`\u0000`).
 */
const id = Type.String({ pattern: '^[A-Za-z0-9._-]{1,64}$', description: "the device's own id of this message" })
const at = Type.Optional(Type.String({ maxLength: 40, description: "RFC 3339 with offset, the device's clock" }))
const ago = Type.Optional(
  Type.Number({ minimum: 0, description: 'seconds since it happened, for a device without a clock' }),
)
const boot = Type.Optional(Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }))
const seq = Type.Optional(Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }))
const battery = Type.Optional(Type.Number({ minimum: 0, maximum: 100, description: 'percent' }))
const head = { id, at, ago, boot, seq }
const hex = (bytes: string) => Type.String({ pattern: `^([0-9A-Fa-f]{2})${bytes}$` })
const shortText = Type.String({ pattern: '^[^\\u0000-\\u001f\\ud800-\\udfff]{0,128}$' })

export const Press = Type.Object({
  ...head,
  button: Type.Optional(Type.Union([Type.String(), Type.Number()])),
  battery,
})

const user = Type.Optional(Type.Integer({ minimum: 0, maximum: 255, description: "the meter's user number" }))
export const BloodPressure = Type.Object({
  ...head,
  kind: Type.Literal('blood-pressure'),
  systolic: Type.Number(),
  diastolic: Type.Number(),
  pulse: Type.Optional(Type.Number()),
  unit: Type.Union([Type.Literal('mmHg'), Type.Literal('kPa')]),
  user,
  irregular: Type.Optional(Type.Boolean()),
  motion: Type.Optional(Type.Boolean()),
})
export const Glucose = Type.Object({
  ...head,
  kind: Type.Literal('glucose'),
  value: Type.Number(),
  unit: Type.Union([Type.Literal('mmol/L'), Type.Literal('mg/dL')]),
  meal: Type.Optional(
    Type.Union([
      Type.Literal('fasting'),
      Type.Literal('before-meal'),
      Type.Literal('after-meal'),
      Type.Literal('random'),
    ]),
  ),
  user,
})
export const Spo2 = Type.Object({
  ...head,
  kind: Type.Literal('spo2'),
  value: Type.Number({ description: 'percent' }),
  pulse: Type.Optional(Type.Number()),
  user,
})
export const Weight = Type.Object({
  ...head,
  kind: Type.Literal('weight'),
  value: Type.Number(),
  unit: Type.Literal('kg'),
  user,
})
export const Temperature = Type.Object({
  ...head,
  kind: Type.Literal('temperature'),
  value: Type.Number(),
  unit: Type.Literal('Cel'),
  user,
})
export const Gatt = Type.Object({
  ...head,
  kind: Type.Literal('gatt'),
  characteristic: Type.String({ pattern: '^[0-9A-Fa-f]{4}$', description: 'Bluetooth SIG assigned number' }),
  hex: hex('{1,512}'),
  user,
})

export const SunMessage = Type.Union([
  Type.Object({ picc_data: hex('{16}'), cmac: hex('{8}'), enc: Type.Optional(hex('{16,256}')) }),
  Type.Object({ uid: hex('{7}'), ctr: hex('{3}'), cmac: hex('{8}') }),
])
export const Tap = Type.Union([Type.Object({ ...head, uid: hex('{4,10}') }), Type.Object({ ...head, sun: SunMessage })])

export const State = Type.Object({
  at,
  ago,
  online: Type.Boolean(),
  boot,
  seq,
  battery,
  rssi: Type.Optional(Type.Number({ minimum: -200, maximum: 50, description: 'dBm' })),
  firmware: Type.Optional(shortText),
  uptime: Type.Optional(Type.Number({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, description: 'seconds' })),
  tamper: Type.Optional(Type.Boolean({ description: 'the case is open, or it was torn from its place' })),
})

export const Ack = Type.Object({ id: Type.String({ pattern: '^[A-Za-z0-9._-]{1,64}$' }), result: shortText })

export type Press = Static<typeof Press>
export type BloodPressure = Static<typeof BloodPressure>
export type Glucose = Static<typeof Glucose>
export type Spo2 = Static<typeof Spo2>
export type Weight = Static<typeof Weight>
export type Temperature = Static<typeof Temperature>
export type Gatt = Static<typeof Gatt>
export type Reading = BloodPressure | Glucose | Spo2 | Weight | Temperature | Gatt
export type SunMessage = Static<typeof SunMessage>
export type Tap = Static<typeof Tap>
export type State = Static<typeof State>
export type Ack = Static<typeof Ack>
/** Platform → device, topic `receipt`, after commit. */
export interface Receipt {
  ids: string[]
  rejected: { id: string | null; code: string; message: string }[]
}

export const COMMANDS = ['help-coming', 'test', 'silence', 'locate', 'config'] as const
/** Platform → device, topic `cmd`. An expired command must not be carried out. */
export interface Command {
  id: string
  cmd: (typeof COMMANDS)[number]
  /** RFC 3339 */
  expires: string
}

export const DEVICE_TOPICS = ['press', 'reading', 'tap', 'state', 'batch', 'ack'] as const
export type DeviceTopic = (typeof DEVICE_TOPICS)[number]
export const TOPIC_ROOT = 'anju/v1/'
