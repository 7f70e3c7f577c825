/** A device's stay that has no end yet. */
export interface OpenStay {
  id: string
  deviceId: string
  homeId: string
  elderId: string | null
  userNumber: number | null
  validFrom: Date
}

/** What becomes of an open stay at the moment of a move: another one from then on, or nothing. */
export interface StayStep {
  stay: OpenStay
  becomes: { homeId: string; elderId: string | null } | null
}

/** Which devices go along: none, all that are hers alone, or those named. */
export type Going = 'stay' | 'with' | readonly string[]

/**
 * What a move makes of the devices in the home that is left. What goes along stays whose it is, in the new home; what
 * is somebody else's as well stays unless it is named, and then the others' part in it ends. What she leaves behind is
 * the home's from then on: whoever presses it still lives there. Stays in other homes are not touched.
 */
export function decideMove(
  stays: readonly OpenStay[],
  { elderId, fromHomeId, toHomeId, going }: { elderId: string; fromHomeId: string; toHomeId: string; going: Going },
): StayStep[] {
  const here = stays.filter((stay) => stay.homeId === fromHomeId)
  return [...Map.groupBy(here, (stay) => stay.deviceId)].flatMap(([deviceId, ofDevice]) => {
    const others = ofDevice.filter((stay) => stay.elderId !== null && stay.elderId !== elderId)
    const hers = ofDevice.filter((stay) => stay.elderId === elderId)
    const goes =
      going === 'with' ? hers.length > 0 && others.length === 0 : going !== 'stay' && going.includes(deviceId)
    if (!goes) return leftBehind(hers)
    const along = ofDevice.filter((stay) => !others.includes(stay))
    return [
      ...along.map((stay) => ({ stay, becomes: { homeId: toHomeId, elderId: stay.elderId } })),
      ...others.map((stay) => ({ stay, becomes: null })),
    ]
  })
}

/** Somebody's devices are hers no longer: they stay where they hang, as the home's. */
export function leftBehind(hers: readonly OpenStay[]): StayStep[] {
  return hers.map((stay) => ({ stay, becomes: { homeId: stay.homeId, elderId: null } }))
}
