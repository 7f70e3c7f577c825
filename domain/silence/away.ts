import type { Up } from './silence.ts'

/** Somebody was away in this interval; without an end: until told otherwise. */
export interface Away {
  from: Date
  to: Date | null
}

/** Where a device stands now, and for whom. */
export interface Standing {
  /** The living person whose own it is; null: everybody's in the home. */
  elderId: string | null
  homeId: string
}

/**
 * When a device may be silent without meaning: its person was away, or all who live in its home were. Everybody of a
 * meter of two must be away. A home in which nobody is known to live is watched: somebody may live there all the same.
 */
export function pausesOf(
  standing: readonly Standing[],
  residents: ReadonlyMap<string, readonly string[]>,
  absences: ReadonlyMap<string, readonly Away[]>,
): readonly Away[] {
  const awayOf = (elderId: string) => absences.get(elderId) ?? []
  return allAway(
    standing.map(({ elderId, homeId }) =>
      elderId === null ? allAway((residents.get(homeId) ?? []).map(awayOf)) : awayOf(elderId),
    ),
  )
}

/** When all of these were away at once; nobody at all is never away. */
export function allAway(people: readonly (readonly Away[])[]): readonly Away[] {
  const [first, ...others] = people
  return others.reduce<readonly Away[]>(
    (together, each) => together.flatMap((a) => each.flatMap((b) => overlap(a, b))),
    first ?? [],
  )
}

function overlap(a: Away, b: Away): Away[] {
  const from = a.from > b.from ? a.from : b.from
  const to = a.to === null ? b.to : b.to === null || a.to < b.to ? a.to : b.to
  return to === null || from < to ? [{ from, to }] : []
}

/** Intervals in which we could have heard a device that was meant to be heard. */
export function withoutPauses(up: readonly Up[], pauses: readonly Away[]): Up[] {
  return pauses.reduce<Up[]>(
    (left, { from, to }) =>
      left.flatMap((each) => {
        if (each.to <= from || (to !== null && each.from >= to)) return [each]
        return [
          ...(each.from < from ? [{ from: each.from, to: from }] : []),
          ...(to !== null && to < each.to ? [{ from: to, to: each.to }] : []),
        ]
      }),
    [...up],
  )
}

export function isAway(pauses: readonly Away[], now: Date): boolean {
  return pauses.some(({ from, to }) => from <= now && (to === null || to > now))
}
