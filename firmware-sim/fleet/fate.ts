import type { Random } from '../random.ts'

/** How a visit will go, drawn once from its own seed, so that a restart finds it as it was. */
export type Fate = {
  /** Minutes after its time at which somebody is at the door; before it when negative. */
  lateMin: number
  /** Minutes on the way. */
  wayMin: number
  /** Seconds at the door at least, before it is opened and the tag read. */
  doorstepS: number
  /** Minutes longer than planned; shorter when negative. */
  overMin: number
  /** By the badge, where a reader hangs. */
  badge: boolean
  photo: boolean
} & (
  | { kind: 'usual' }
  /** Nobody goes: that is seen at thirty and sixty minutes. */
  | { kind: 'forgets' }
  /** No signal until the caregiver is back on the road, minutes after leaving. */
  | { kind: 'no-signal'; valleyMin: number }
  /** The tag does not answer as the caregiver leaves: it is typed in. */
  | { kind: 'tag-silent' }
  | { kind: 'turned-away'; outcome: 'refused' | 'not-home' }
)

/** Of a hundred visits about four come late, one is forgotten every other week in a county of sixteen visits a day. */
const lateShare = 0.04
const fates = { forgets: 0.005, 'no-signal': 0.03, 'tag-silent': 0.02, 'turned-away': 0.02 } as const

export function fateOf(random: Random): Fate {
  const late = random.next() < lateShare
  const common = {
    lateMin: late ? random.between(16, 26) : random.between(-5, 6),
    wayMin: random.between(8, 16),
    doorstepS: random.between(5, 25),
    overMin: random.between(-4, 9),
    badge: random.next() < 0.6,
    photo: random.next() < 0.5,
  }
  let rest = random.next()
  const drawn = (share: number): boolean => (rest -= share) < 0
  if (drawn(fates.forgets)) return { ...common, kind: 'forgets' }
  if (drawn(fates['no-signal'])) return { ...common, kind: 'no-signal', valleyMin: random.between(12, 40) }
  if (drawn(fates['tag-silent'])) return { ...common, kind: 'tag-silent' }
  if (drawn(fates['turned-away'])) {
    return { ...common, kind: 'turned-away', outcome: random.next() < 0.7 ? 'not-home' : 'refused' }
  }
  return { ...common, kind: 'usual' }
}
