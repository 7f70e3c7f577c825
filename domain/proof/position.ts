import { distanceM, toWgs84, type LonLat, type PositionSystem } from '../place/position.ts'

/** Where a phone says it is. */
export interface PhonePosition extends LonLat {
  /** As the page knows it from how it asked; null: a browser that answers now in one, now in the other. */
  system: PositionSystem | null
  /** Radius in metres within which the phone believes itself; null or 0: it does not say. */
  accuracyM: number | null
}

export const positionLimits = {
  /** A house with its yard, and how well homes are placed on the map. */
  nearM: 150,
  /** Coarser than this a position tells the village, not the house: a mast's, or one rounded for privacy. */
  coarseM: 300,
} as const

/** Why there is no position. */
export const missingReasons = [
  'position-not-given', // the phone was not asked or said nothing
  'position-denied', // whoever holds it said no
  'position-unavailable', // it tried and found none
  'position-unreadable', // no place on earth, or the zero point that faulty receivers send
  'position-home-unplaced', // nobody has put the home on the map
] as const
export type MissingReason = (typeof missingReasons)[number]

export const positionReasons = [
  'position-accuracy-missing',
  'position-accuracy-coarse',
  'position-datum-assumed', // not said, and near by this reading only
  'position-datum-doubtful', // far as said, near if the browser meant the other system
] as const
export type PositionReason = (typeof positionReasons)[number]

export type PositionJudgement =
  | { state: 'missing'; reason: MissingReason }
  | {
      state: 'near' | 'near-within-accuracy' | 'far' | 'too-coarse'
      /** From the home, read as `system`. */
      metres: number
      accuracyM: number | null
      /** How it was read; whether that was said or assumed. */
      system: PositionSystem
      stated: boolean
      reasons: PositionReason[]
    }

interface Reading {
  state: 'near' | 'near-within-accuracy' | 'far' | 'too-coarse'
  metres: number
  system: PositionSystem
}

/**
 * How a phone's position stands to the home (WGS-84). Read as GCJ-02 by mistake, or the other way, a phone at the door
 * is 100 to 700 m away: where only the other reading is near, nothing can be said. A missing position is neither near
 * nor far, and never counts as either.
 */
export function judgePosition(
  home: LonLat | null,
  phone: PhonePosition | Exclude<MissingReason, 'position-unreadable' | 'position-home-unplaced'>,
  limits: { nearM: number; coarseM: number } = positionLimits,
): PositionJudgement {
  if (typeof phone === 'string') return { state: 'missing', reason: phone }
  if (!isPlace(phone)) return { state: 'missing', reason: 'position-unreadable' }
  if (home === null) return { state: 'missing', reason: 'position-home-unplaced' }
  const accuracyM = phone.accuracyM !== null && phone.accuracyM > 0 ? phone.accuracyM : null
  const read = (system: PositionSystem): Reading => {
    const metres = distanceM(toWgs84({ lon: phone.lon, lat: phone.lat, system }), home)
    return { state: stateOf(metres, accuracyM, limits), metres, system }
  }
  const asSaid = read(phone.system ?? 'wgs84') // what the standard asks of a browser
  const otherwise = read(asSaid.system === 'wgs84' ? 'gcj02' : 'wgs84')
  const { reading, reasons } = settle(asSaid, otherwise, phone.system !== null)
  return {
    state: reading.state,
    metres: Math.round(reading.metres),
    accuracyM,
    system: reading.system,
    stated: phone.system !== null,
    reasons: reading.state === 'too-coarse' && reasons.length === 0 ? [coarseness(accuracyM)] : reasons,
  }
}

function stateOf(metres: number, accuracyM: number | null, { nearM, coarseM }: { nearM: number; coarseM: number }) {
  if (accuracyM === null) return 'too-coarse'
  if (metres - accuracyM > nearM) return 'far'
  if (accuracyM > coarseM) return 'too-coarse'
  return metres <= nearM ? 'near' : 'near-within-accuracy'
}

const coarseness = (accuracyM: number | null): PositionReason =>
  accuracyM === null ? 'position-accuracy-missing' : 'position-accuracy-coarse'

/** Which of two readings counts. What was said is believed, unless it says far and the other says near. */
function settle(asSaid: Reading, otherwise: Reading, stated: boolean): { reading: Reading; reasons: PositionReason[] } {
  const near = ({ state }: Reading): boolean => state === 'near' || state === 'near-within-accuracy'
  if (asSaid.state === 'far' && near(otherwise))
    return stated
      ? { reading: { ...asSaid, state: 'too-coarse' }, reasons: ['position-datum-doubtful'] }
      : { reading: { ...otherwise, state: 'near-within-accuracy' }, reasons: ['position-datum-assumed'] }
  if (!stated && near(asSaid) && otherwise.state === 'far')
    return { reading: { ...asSaid, state: 'near-within-accuracy' }, reasons: ['position-datum-assumed'] }
  return { reading: asSaid, reasons: [] }
}

/** Null Island is where receivers are that know nothing. */
function isPlace({ lon, lat }: LonLat): boolean {
  return Math.abs(lon) <= 180 && Math.abs(lat) <= 90 && !(lon === 0 && lat === 0)
}
