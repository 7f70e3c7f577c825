import type { Role } from '@anju/domain/access/role'
import type { Messages } from './zh-CN.ts'

/** English for the codes of refusals, rejected messages and marks. */
export const mark: Messages['mark'] = {
  late: { word: 'late', why: 'The device recorded it well before it arrived' },
  skewed: { word: 'clock wrong', why: 'The device’s clock cannot be right; placed by its arrival' },
  clockless: { word: 'no clock', why: 'The device has no clock; placed by its arrival' },
  backfilled: { word: 'backfilled', why: 'Kept by the device while cut off and sent later' },
  'id-reused': { word: 'id reused', why: 'The id was used before with other content; kept as a new fact' },
  unreadable: { word: 'unreadable', why: 'The content could not be read and is kept as it came' },
  implausible: { word: 'doubtful value', why: 'Outside the possible range; kept as it came, please check' },
}

export const rejection: Messages['rejection'] = {
  'not-utf8': 'not UTF-8',
  'not-json': 'not JSON',
  'not-an-object': 'not a JSON object',
  'bad-text': 'broken characters',
  'too-large': 'too large',
  'bad-id': 'id missing or not as described',
  'bad-time': 'time cannot be read',
  'bad-field': 'a field is missing or not as described',
  'unknown-kind': 'unknown kind of reading',
  'unknown-type': 'unknown kind of item',
  'unknown-topic': 'no such topic',
  'gatt-unknown': 'unknown Bluetooth characteristic',
  'gatt-too-short': 'Bluetooth frame too short',
  'gatt-control-solution': 'control solution, not blood',
  'gatt-no-value': 'Bluetooth frame without a value',
  'not-your-device': 'the hub may not speak for this device',
  unstorable: 'could not be stored',
}

export const error: Messages['error'] = {
  unreachable: 'The platform did not answer; the network may be down. Nothing was changed.',
  'sign-in-failed': 'User name or password is wrong',
  'sign-in-throttled': 'Too many failed sign-ins; wait and try again',
  'not-signed-in': 'Sign in first',
  'not-allowed': 'Your role may not do this',
  'reason-required': 'Say why first',
  'signature-refused': 'The signature does not fit the body',
  'id-number-invalid': 'This is not a valid ID number',
  'id-number-taken': 'Another elder already has this ID number',
  'origin-refused': 'The request came from another site and was refused',
  'not-found': 'There is no such record here, or it is outside your area',
  'invalid-request': 'The request is not as described',
  'method-not-allowed': 'This address does not take that action',
  'payload-too-large': 'Too large',
  'unsupported-media-type': 'Wrong kind of content',
  'invalid-cursor': 'The place in the list is no longer valid; open the list again',
  'idempotency-key-reused': 'The same intent carried other content; try again',
  'idempotency-key-invalid': 'The intent’s key is not valid; try again',
  'database-away': 'The platform cannot reach its database; nothing was changed',
  'internal-error': 'Something went wrong on our side; try again, and tell an administrator if it recurs',
  'alarm-owned': 'Somebody else has taken it',
  'alarm-resolved': 'This alarm is already resolved',
  'alarm-not-owned': 'Take it before you resolve it',
  'alarm-other-owner': 'Only its owner may resolve it',
  'device-revoked': 'This device was revoked',
}

export const role: Record<Role, string> = {
  administrator: 'Administrator',
  bureau: 'District civil affairs bureau',
  'city-bureau': 'City civil affairs bureau',
  'town-clerk': 'Street or town clerk',
  'community-clerk': 'Community or village clerk',
  'shift-lead': 'Shift lead',
  seat: 'Seat (12349)',
  'village-doctor': 'Village doctor',
  clinician: 'Clinician',
  provider: 'Provider',
  caregiver: 'Caregiver',
  assessor: 'Third-party assessor',
  finance: 'Finance',
  auditor: 'Auditor',
}
