import { HELD_BY_ALL } from '../credential.ts'
import { INSIDE_TOO_LONG_MIN, LATE_AFTER_MIN, MISSED_AFTER_MIN, MISSING_AFTER_MIN } from '../minutes.ts'

/**
 * From where a rule speaks up. Data: an area may hold others; the defaults are ours ◇ and stand with their reasons.
 */
export const CHECK_POLICY = {
  /** A bus is late by a quarter of an hour; by half an hour the elder asks where somebody stays. */
  lateMin: LATE_AFTER_MIN,
  veryLateMin: MISSING_AFTER_MIN,
  missedMin: MISSED_AFTER_MIN,
  /** Some care takes less than planned; under half is another visit than was promised. */
  shortShare: 0.8,
  veryShortShare: 0.5,
  /** Of the minutes its services need together (P4): the odd minute is not counted. */
  neededShare: 0.9,
  insideTooLongMin: INSIDE_TOO_LONG_MIN,
  /** Three hours over plan is rather an end that nobody tapped. */
  muchTooLongMin: 180,
  /** Two clocks and a doorway: below this two visits do not overlap. */
  overlapMin: 2,
  gravelyOverlapMin: 10,
  /** Faster than this nobody gets from door to door by village roads, as the crow flies. */
  travelKmh: 60,
  /** Parking, stairs, and the spread of positions of homes. */
  travelGraceM: 500,
  /** The impossible by half as much again is no slip of a clock. */
  travelGraveShare: 0.5,
  /** From further apart in time nothing follows. */
  travelWithinMin: 240,
  /** A phone that changes hands within a working day. */
  phoneWithinMin: 12 * 60,
  /** A new phone makes two, a cleared browser another now and then. */
  phonesInDays: 7,
  phones: 3,
  manyPhones: 5,
  /** Taps by any visitor's phone are nobody's fault; from here they are worth telling. */
  counterGap: 5,
  /** By how much clocks of honest phones differ. */
  clockMin: 5,
  /** A clock off by an hour was set so, or has another zone. */
  clockGraveMin: 60,
  /** A phone's queue is sent within a month; what is older has a wrong date. */
  clockBehindDays: 30,
  /** A position is trusted beyond its own accuracy and this: courtyards, shifted maps, tall houses. */
  farM: 300,
  veryFarM: 2000,
  /** A worse accuracy says nothing about a village. */
  coarseM: 2000,
  /** A valley without signal is left within the day; a queue kept longer is told louder. */
  backfilledMin: 30,
  longBackfilledMin: 24 * 60,
  /** What is typed in is to be typed the same day. */
  typedLateMin: 4 * 60,
  typedVeryLateMin: 72 * 60,
  /** Begin and end typed one after the other, in one go. */
  togetherMin: 5,
  /** Fewer visits of a month make no pattern. */
  patternVisits: 10,
  /** Of honest visits of an hour about one in ten lasts the same minutes. */
  identicalShare: 0.4,
  veryIdenticalShare: 0.6,
  /** One minute in five ends in 0 or 5. */
  roundEnds: 20,
  roundShare: 0.5,
  veryRoundShare: 0.75,
  /** A torn tag or a dead phone makes some; a third of all ends is a habit. */
  typedEnds: 10,
  typedShare: 0.3,
  veryTypedShare: 0.6,
  /** Three homes within ten minutes are not served. */
  batchWithinMin: 10,
  batchVisits: 3,
  /** Bits of 64: what is saved anew or made smaller differs by as many (`domain/visit/look`). */
  lookBits: 4,
  /** With fewer bits set, or unset, a picture is dark or blank, and looks like any other such. */
  lookPlainBits: 6,
  /** One finds the lens before one taps. */
  photoBeforeMin: 10,
  photoLongBeforeMin: 24 * 60,
  /** Of a visit's time within an absence: somebody may come home or leave that day. */
  awayShare: 0.5,
  /** Kinds every caregiver must hold (P1.1), beside those a service asks for. */
  everybody: Object.keys(HELD_BY_ALL) as readonly string[],
} as const

export type CheckPolicy = { readonly [Name in keyof typeof CHECK_POLICY]: Widened<(typeof CHECK_POLICY)[Name]> }
type Widened<Value> = Value extends number ? number : Value
