import type { ThrottlePolicy } from './throttle.ts'

/** Wrong in a row; then this phone opens no more, and the office shows another QR code. */
export const PIN_FAILURES_AT_MOST = 10

/** For one person on one phone. Ten tries end it, so the waits only calm a hurried hand. */
export const pinPolicy: ThrottlePolicy = { free: 4, maxMs: 30_000, forgetMs: Number.POSITIVE_INFINITY }

/** Why a PIN is refused, in the order it is told. */
export type PinFault = 'not-six-digits' | 'trivial'

/** What is tried first: beside runs and repeats, the tops of published lists and the numbers that mean love. */
const common = new Set(['520131', '131452', '520520', '521521', '147258', '258369', '159357', '123321', '102030'])

/**
 * What is wrong with a PIN, or null. With ten tries in all, what has to be kept out is only what anybody would try:
 * all the same, one figure after the other, a half twice, pairs.
 */
export function pinFault(pin: string): PinFault | null {
  if (!/^[0-9]{6}$/.test(pin)) return 'not-six-digits'
  const figures = [...pin].map(Number)
  const steps = new Set(figures.slice(1).map((figure, i) => (figure - (figures[i] ?? 0) + 10) % 10))
  const halves = pin.slice(0, 3) === pin.slice(3)
  const pairs = /^(..)\1\1$/.test(pin) || /^(.)\1(.)\2(.)\3$/.test(pin)
  const threes = /^(.)\1\1(.)\2\2$/.test(pin)
  return (steps.size === 1 && /^[019]$/.test(String([...steps][0]))) || halves || pairs || threes || common.has(pin)
    ? 'trivial'
    : null
}
