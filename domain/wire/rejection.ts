/** Why a message was stored as rejected. The words are what the fleet page and the device's maker read. */
export const rejections = {
  'not-utf8': 'The body is not UTF-8.',
  'not-json': 'The body is not JSON.',
  'not-an-object': 'The body is not a JSON object.',
  'bad-text': 'A text holds half a surrogate pair.',
  'too-large': 'The body is larger than 16 KiB (a batch: 64 KiB).',
  'bad-id': 'The id is missing or not 1 to 64 of A–Z a–z 0–9 . _ -',
  'bad-time': '`at` is not a time with offset (RFC 3339), or `ago` is not an age in seconds.',
  'bad-field': 'A field is missing or not as described.',
  'unknown-kind': 'This kind of reading is not known.',
  'unknown-type': 'This kind of item is not known in a batch.',
  'unknown-topic': 'There is no such topic.',
  'gatt-unknown': 'This Bluetooth characteristic is not decoded.',
  'gatt-too-short': 'The Bluetooth frame is shorter than its flags promise.',
  'gatt-control-solution': 'A measurement of control solution, not of blood.',
  'gatt-no-value': 'The Bluetooth frame carries no value.',
  'not-your-device': 'A hub may speak only for devices bound to it.',
  unstorable: 'The platform could not store this message.',
} as const satisfies Record<string, string>

export type RejectionCode = keyof typeof rejections
