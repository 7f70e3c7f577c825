/** What a device is; the kinds of the wire contract. */
export const deviceKinds = [
  'button',
  'bp-meter',
  'glucose-meter',
  'oximeter',
  'scale',
  'thermometer',
  'door-reader',
  'hub',
] as const
export type DeviceKind = (typeof deviceKinds)[number]

/** The beginning of an id of ours, so that a person who reads it off a label knows what it is. */
export const idPrefix: Record<DeviceKind, string> = {
  button: 'btn',
  'bp-meter': 'bpm',
  'glucose-meter': 'glu',
  oximeter: 'oxi',
  scale: 'scl',
  thermometer: 'thm',
  'door-reader': 'dor',
  hub: 'hub',
}

const MINUTE_S = 60
const HOUR_S = 3600

/**
 * Seconds without a word after which a device counts as silent (promise 5). What hangs on mains or must answer an
 * emergency reports every few minutes, so three missed reports are silence. A meter speaks when it is used: most
 * are used daily, and one skipped day is a skipped day and no fault, so two are asked about.
 */
export const silentAfterS: Record<DeviceKind, number> = {
  hub: 10 * MINUTE_S, // mains powered, state every 3 min
  button: 15 * MINUTE_S, // state every 5 min; the one device whose silence may cost a life
  'door-reader': 30 * MINUTE_S, // battery saver: state every 10 min
  'bp-meter': 48 * HOUR_S,
  'glucose-meter': 48 * HOUR_S,
  oximeter: 48 * HOUR_S,
  thermometer: 48 * HOUR_S,
  scale: 8 * 24 * HOUR_S, // weighed weekly
}

/**
 * A brand-new device's first assignment begins this much before its registration: its clock may run behind ours,
 * and a reading taken while the installer was still typing is the elder's too. Nobody can have owned the device
 * before, as its secret did not exist.
 */
export const FIRST_ASSIGNMENT_LEAD_MS = 24 * HOUR_S * 1000
