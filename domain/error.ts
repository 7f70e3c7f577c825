/**
 * The one catalogue of refusals: every code a device, a program or a person may meet, with its HTTP status and
 * a title in plain words (RFC 9457 `title`). Codes are stable; screens translate them by code.
 */
export const refusals = {
  // sign-in and access
  'sign-in-failed': { status: 401, title: 'User name or password is wrong' },
  'sign-in-throttled': { status: 429, title: 'Too many failed sign-ins; wait and try again' },
  'not-signed-in': { status: 401, title: 'Sign in first' },
  'not-allowed': { status: 403, title: 'Your role may not do this' },
  'reason-required': { status: 403, title: 'This file is outside your duty; say why you open it' },
  'reason-too-short': { status: 422, title: 'Say in a few words why' },
  'origin-refused': { status: 403, title: 'The request came from another site' },
  'signature-refused': { status: 401, title: 'The signature is missing or wrong' },
  // requests
  'not-found': { status: 404, title: 'There is no such thing here' },
  'invalid-request': { status: 400, title: 'The request is not as described' },
  'method-not-allowed': { status: 405, title: 'This address does not take that method' },
  'payload-too-large': { status: 413, title: 'The body is too large' },
  'unsupported-media-type': { status: 415, title: 'Send JSON' },
  'invalid-cursor': { status: 400, title: 'The cursor is not one of ours' },
  'idempotency-key-reused': { status: 422, title: 'This Idempotency-Key was used for another request' },
  'idempotency-key-invalid': { status: 400, title: 'An Idempotency-Key is 1 to 255 visible characters' },
  'database-away': { status: 503, title: 'The database cannot be reached; nothing was changed' },
  'internal-error': { status: 500, title: 'Something went wrong on our side' },
  // alarms
  'alarm-owned': { status: 409, title: 'Somebody else has taken this alarm' },
  'alarm-resolved': { status: 409, title: 'This alarm is already resolved' },
  'alarm-not-owned': { status: 409, title: 'Take the alarm first' },
  'alarm-other-owner': { status: 409, title: 'Only its owner or the shift lead may do this' },
  'alarm-shelved': { status: 409, title: 'This alarm is already shelved' },
  'alarm-high': { status: 409, title: 'Only the shift lead may shelve a high alarm' },
  'alarm-open': { status: 409, title: 'This alarm is still open' },
  'alarm-closed': { status: 409, title: 'This alarm is closed' },
  'alarm-not-followed': { status: 409, title: 'Nothing is left to look at again' },
  'alarms-owned': { status: 409, title: 'You own open alarms; resolve them or hand them over first' },
  'seat-absent': { status: 409, title: 'That person is not at a desk now' },
  'rule-of-help': { status: 422, title: 'A call for help is high everywhere' },
  'handover-taken': { status: 409, title: 'Somebody has already taken this hand-over' },
  'handover-own': { status: 409, title: 'Somebody else must take your hand-over' },
  'step-unknown': { status: 409, title: 'This step is not begun, or already ended' },
  'step-begun': { status: 409, title: 'This step is already begun' },
  'button-moved-on': { status: 409, title: 'This button hangs elsewhere by now; look again' },
  'alarm-there': { status: 409, title: 'Whoever lives there has an open alarm already; answer that one' },
  'drill-running': { status: 409, title: 'A drill is under way in this area' },
  // calls, care checks, referrals
  'hook-off': { status: 503, title: 'No secret is set for calls (ANJU_CALL_SECRET), so none are taken' },
  'hook-replayed': { status: 409, title: 'This message was taken before' },
  'number-invalid': { status: 422, title: 'This is not a telephone number' },
  'not-callable': { status: 409, title: 'There is no number to call, or it was that of somebody who has died' },
  'dial-off': { status: 503, title: 'No exchange is set to dial from (ANJU_DIAL_URL)' },
  'dial-failed': { status: 502, title: 'The exchange did not take the call' },
  'call-not-filed': { status: 409, title: 'Give the call a category and an outcome first' },
  'referral-closed': { status: 409, title: 'This referral is closed; reopen it first' },
  'referral-open': { status: 409, title: 'This referral is open already' },
  'check-corrected': { status: 409, title: 'This care check was corrected already; correct the newer one' },
  // visits
  'visit-state': { status: 409, title: 'The visit is not at the point where this is done' },
  'visit-not-yours': { status: 403, title: 'This visit is another caregiver’s' },
  'visit-not-in-question': { status: 409, title: 'This visit is not in question' },
  'visit-unfinished': { status: 409, title: 'Finish the visit before it first' },
  'not-fit-to-send': { status: 409, title: 'This caregiver may not be sent; what is missing is named' },
  'caregiver-busy': { status: 409, title: 'This caregiver has another visit at that time' },
  'no-contract': { status: 409, title: 'This provider has no contract for that area on that day' },
  'elder-away': { status: 409, title: 'The elder is away at that time' },
  'exception-open': { status: 409, title: 'Nothing is decided about this finding yet' },
  'exception-decided': { status: 409, title: 'This finding is decided already; take that back first' },
  'exception-investigated': { status: 409, title: 'Somebody is looking into this finding' },
  'exception-disputed': { status: 409, title: 'The caregiver’s word is on file already' },
  'exception-cleared': { status: 409, title: 'The rule finds this no more' },
  'time-order': { status: 422, title: 'The end lies before the begin' },
  'photo-barred': { status: 409, title: 'No picture is taken of this service' },
  'presence-not-typed': { status: 409, title: 'Only an end that was typed in is approved by a second person' },
  'approval-own': { status: 409, title: 'Somebody else must approve what you typed in' },
  'presence-matched': { status: 409, title: 'This tap belongs to a visit already' },
  // people and devices
  'id-number-invalid': { status: 422, title: 'This is not a valid identity number' },
  'id-number-taken': { status: 409, title: 'An elder with this identity number is already registered' },
  'elder-merged': { status: 409, title: 'This entry was merged into another; change that one' },
  'elder-dead': { status: 409, title: 'This person is recorded as deceased' },
  'merge-chain': {
    status: 409,
    title: 'One of the two is already part of a merge; undo that first, or merge the other way',
  },
  'date-impossible': { status: 422, title: 'This date cannot be right' },
  'same-home': { status: 409, title: 'This person already lives there' },
  'absence-overlaps': { status: 409, title: 'This person is already recorded as away at that time' },
  'nothing-to-undo': { status: 409, title: 'There is nothing to undo here any more' },
  'device-revoked': { status: 409, title: 'This device was revoked' },
  'device-bound': { status: 409, title: 'This device stands in a home then' },
  'device-moved-on': { status: 409, title: 'This device was bound again later than that' },
  'device-unbound': { status: 409, title: 'This device is bound to no home' },
  'device-bound-later': { status: 409, title: 'This device came into its home later than that' },
  'time-ahead': { status: 422, title: 'This moment has not come yet' },
  'serial-taken': { status: 409, title: 'A device with this serial number is already registered' },
  'no-such-hub': { status: 422, title: 'There is no such hub in your area' },
  'test-not-pressed': { status: 409, title: 'The press of this test has not arrived, or raised no alarm' },
  'test-not-alone': { status: 409, title: 'Other presses joined this alarm; look at it before you resolve it' },
  'list-unreadable': { status: 422, title: 'This file cannot be read as a list of devices' },
  // places and staff
  'photo-unreadable': { status: 422, title: 'This is not a picture we can keep: JPEG, PNG or WebP, at most 2 MB' },
  'photos-enough': { status: 409, title: 'This home has enough pictures; take one away first' },
  'changed-meanwhile': { status: 409, title: 'Somebody else changed this meanwhile; look again' },
  'area-misplaced': { status: 422, title: 'An area of this kind cannot lie there' },
  'area-name-taken': { status: 409, title: 'There is already an area of this name beside it' },
  'time-zone-unknown': { status: 422, title: 'This is not a time zone we know' },
  'beyond-your-rights': { status: 403, title: 'You cannot give or take what goes beyond your own rights or area' },
  'last-administrator': { status: 409, title: 'This is the last administrator; name another first' },
  'not-yourself': { status: 409, title: 'You cannot do this to yourself' },
  'username-taken': { status: 409, title: 'This user name is taken' },
  'username-invalid': { status: 422, title: 'A user name is 2 to 32 letters, figures or . _ -' },
  'password-weak': { status: 422, title: 'This password is too easy to guess' },
  'password-wrong': { status: 422, title: 'The present password is wrong' },
  'invitation-gone': { status: 410, title: 'This link was used, withdrawn or has run out' },
  'user-disabled': { status: 409, title: 'This user is disabled' },
  'shift-overlaps': { status: 409, title: 'This person is already on a shift then' },
  'shift-invalid': { status: 422, title: 'A shift begins and ends at two different times, at most 24 hours apart' },
  'shift-not-a-seat': { status: 422, title: 'Only who may hold a seat can be put on a shift' },
  'shift-elsewhere': { status: 409, title: 'This person works in another area now' },
  'tag-invalid': { status: 422, title: 'A tag number is 4 to 10 bytes as hex' },
  'tag-taken': { status: 409, title: 'This tag is in use' },
  'caregiver-left': { status: 409, title: 'This caregiver has left' },
  'pin-weak': { status: 422, title: 'This PIN is too easy to guess: six figures, no run and no repeat' },
  'pin-wrong': { status: 401, title: 'The PIN is wrong' },
  'phone-unknown': { status: 401, title: 'Nobody of this name signs in on this phone; ask the office for a QR code' },
  'phone-locked': { status: 403, title: 'Too many wrong PINs on this phone; ask the office for a new QR code' },
  'provider-closed': { status: 409, title: 'This provider is closed' },
  // ways to the outside
  'channel-invalid': { status: 422, title: 'These settings cannot work' },
  'on-call-order': { status: 422, title: 'Who stands later in the list cannot be told earlier' },
  'map-data-unreadable': { status: 503, title: 'The county’s own map data cannot be read' },
} as const satisfies Record<string, { status: number; title: string }>

export type RefusalCode = keyof typeof refusals

/** An expected refusal. `detail` is for the person who asked; `more` adds machine-readable members to the problem. */
export class Refusal extends Error {
  readonly code: RefusalCode
  readonly more: Record<string, unknown>
  constructor(code: RefusalCode, detail?: string, more: Record<string, unknown> = {}) {
    super(detail ?? refusals[code].title)
    this.name = 'Refusal'
    this.code = code
    this.more = more
  }
}
