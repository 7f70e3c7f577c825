import type { VisitPart } from '../visit/kinds.ts'

/** A tap of this tag or badge that was stored before, with its counter. */
export interface SeenTap {
  id: string
  counter: number
  /** The phone or door reader that sent it. */
  from: string
  caregiverId: string | null
  visitId: string | null
  end: VisitPart | null
  receivedAt: Date
}

export interface CountedTap {
  counter: number
  from: string
  visitId: string | null
}

export type CounterJudgement =
  /** Nothing of this tag was ever reported. 0 is a counter like any other. */
  | { kind: 'first' }
  /** `gap`: taps between this and the last that nobody reported. Any visitor's phone makes one: it says nothing by itself. */
  | { kind: 'advance'; gap: number }
  /** The same address again, by the same phone in the same visit: no new tap, and no fraud. */
  | { kind: 'reload'; of: SeenTap }
  /**
   * No new tap. `seen`: this very counter was reported before, as `of`. Otherwise it was overtaken: `of` is the first
   * report of a later one, if that is known.
   */
  | { kind: 'replay'; seen: true; of: SeenTap }
  | { kind: 'replay'; seen: false; of: SeenTap | null }

/**
 * What the counter of a verified tap says. A tag's counter only rises, so a new tap lies above all that was reported.
 * `last`: the highest counter known; `taps`: what was stored with this counter or a later one.
 */
export function judgeCounter(
  { last, taps }: { last: number | null; taps: readonly SeenTap[] },
  tap: CountedTap,
): CounterJudgement {
  const highest = taps.reduce<number | null>((top, { counter }) => Math.max(top ?? counter, counter), last)
  if (highest === null) return { kind: 'first' }
  if (tap.counter > highest) return { kind: 'advance', gap: tap.counter - highest - 1 }
  const byArrival = taps.toSorted((a, b) => a.receivedAt.getTime() - b.receivedAt.getTime())
  const same = byArrival.filter(({ counter }) => counter === tap.counter)
  const own = same.find(({ from, visitId }) => from === tap.from && visitId === tap.visitId && visitId !== null)
  if (own) return { kind: 'reload', of: own }
  const [first] = same
  if (first) return { kind: 'replay', seen: true, of: first }
  return { kind: 'replay', seen: false, of: byArrival.find(({ counter }) => counter > tap.counter) ?? null }
}
