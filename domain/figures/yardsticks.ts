/**
 * What others hold themselves to: references, never claims of ours. UK telecare (TSA) answers 97.5 % of alarms within
 * 60 s and 99 % within 180 s, and is on scene in 90 % within 45 min and in all within 60.
 */
export const YARDSTICKS = [
  { of: 'answer', withinS: 60, share: 0.975 },
  { of: 'answer', withinS: 180, share: 0.99 },
  { of: 'on-scene', withinS: 2700, share: 0.9 },
  { of: 'on-scene', withinS: 3600, share: 1 },
] as const

/** EEMUA 191 / ISA-18.2: more alarms in ten minutes for one operator are a flood. */
export const FLOOD_PER_OPERATOR = 10
export const BIN_MS = 600_000
/** An alarm that stands so long is stale. */
export const STALE_MS = 24 * 3_600_000
/** A healthy mix of priorities. */
export const HEALTHY_MIX = { high: 0.05, medium: 0.15, low: 0.8 } as const

/** Fewer of them say little: shown with their number, and never as a rate to judge by. */
export const SMALL_GROUP = 10

/** Of somebody's presses so many were false, of so many: worth a look, which a person takes. */
export const FALSE_PRESSES = { atLeast: 5, share: 0.6 } as const

export interface PressesOf {
  presses: number
  falsePresses: number
}
/** Whether to suggest that the lead look at how somebody uses the button. A suggestion, never an action. */
export function suggestsPlan({ presses, falsePresses }: PressesOf): boolean {
  return presses >= FALSE_PRESSES.atLeast && falsePresses / presses >= FALSE_PRESSES.share
}

/** Whether ten minutes were a flood for those who were at the desks; nobody there counts as one. */
export function isFlood(alarms: number, operators: number): boolean {
  return alarms / Math.max(1, operators) > FLOOD_PER_OPERATOR
}
