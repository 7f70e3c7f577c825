/** A device's time in a home, as binding needs it. */
export interface Stay {
  id: string
  homeId: string
  elderId: string | null
  userNumber: number | null
  validFrom: Date
  validTo: Date | null
}

export interface WantedStay {
  homeId: string
  elderId: string | null
  userNumber: number | null
  from: Date
  /** Whatever home it stands in at `from` is left then. */
  move: boolean
}

export type BindVerdict =
  | { ok: true; /** These end at `from`. */ ends: readonly string[] }
  | { ok: false; why: 'future' }
  /** It stands somewhere else then; or there already, for somebody. */
  | { ok: false; why: 'overlap'; with: Stay }
  /** It was moved on later than `from`: what stands in the way begins after it. */
  | { ok: false; why: 'later-stay'; with: Stay }

/**
 * May a device stand in a home from a moment on, without an end? A device stands in one home at a time: its stays of
 * other user numbers may overlap only in the same home, and one user number is one elder's. The past may be filled
 * in where it is free.
 */
export function decideBind(stays: readonly Stay[], wanted: WantedStay, now: Date): BindVerdict {
  if (wanted.from > now) return { ok: false, why: 'future' }
  const clashing = stays.filter((stay) => reaches(stay, wanted.from) && clashes(stay, wanted))
  const later = clashing.find((stay) => stay.validFrom >= wanted.from)
  if (later) return { ok: false, why: 'later-stay', with: later }
  const [first] = clashing
  if (first && !wanted.move) return { ok: false, why: 'overlap', with: first }
  const ended = clashing.find((stay) => stay.validTo !== null)
  if (ended) return { ok: false, why: 'overlap', with: ended }
  return { ok: true, ends: clashing.map((stay) => stay.id) }
}

/** Still holds at `from`, or begins after it. */
function reaches(stay: Stay, from: Date): boolean {
  return stay.validTo === null || stay.validTo > from
}

/** Two stays that must not hold at once: of different homes, or of one user number. */
function clashes(stay: Stay, wanted: WantedStay): boolean {
  return stay.homeId !== wanted.homeId || stay.userNumber === wanted.userNumber
}

export type UnbindVerdict =
  | { ok: true; ends: readonly string[] }
  | { ok: false; why: 'future' }
  | { ok: false; why: 'unbound' }
  | { ok: false; why: 'before-start'; with: Stay }

/** Ends the stays that are open, of one user number or all (`undefined`), at a moment up to now. */
export function decideUnbind(
  stays: readonly Stay[],
  { at, userNumber }: { at: Date; userNumber: number | null | undefined },
  now: Date,
): UnbindVerdict {
  if (at > now) return { ok: false, why: 'future' }
  const open = stays.filter(
    (stay) => stay.validTo === null && (userNumber === undefined || stay.userNumber === userNumber),
  )
  if (open.length === 0) return { ok: false, why: 'unbound' }
  const early = open.find((stay) => stay.validFrom >= at)
  if (early) return { ok: false, why: 'before-start', with: early }
  return { ok: true, ends: open.map((stay) => stay.id) }
}
