/**
 * What the desk sounds like. Rhythm and priority follow the idea of IEC 60601-1-8 (more pulses, closer together, the
 * more urgent; each with harmonics, so that a small loudspeaker and an ageing ear both catch it) as a reference only.
 */
export type Note = { hz: number; at: number; seconds: number }
export type Pattern = { notes: readonly Note[]; again: number | null }
export type Sound = 'high' | 'medium' | 'low' | 'lost' | 'remind' | 'handed' | 'armed'

const E5 = 659.26
const G5 = 783.99
const B5 = 987.77
const A4 = 440
const D5 = 587.33
const G3 = 196

/** `at` and `seconds` in seconds; `again`: ms from one burst to the next while its cause lasts, null: once. */
export const patterns: Record<Sound, Pattern> = {
  high: {
    notes: [
      { hz: E5, at: 0, seconds: 0.16 },
      { hz: G5, at: 0.22, seconds: 0.16 },
      { hz: B5, at: 0.44, seconds: 0.28 },
      { hz: E5, at: 0.98, seconds: 0.16 },
      { hz: G5, at: 1.2, seconds: 0.16 },
      { hz: B5, at: 1.42, seconds: 0.36 },
    ],
    again: 4_000,
  },
  medium: {
    notes: [
      { hz: D5, at: 0, seconds: 0.26 },
      { hz: A4, at: 0.42, seconds: 0.38 },
    ],
    again: 12_000,
  },
  low: { notes: [{ hz: A4, at: 0, seconds: 0.4 }], again: null },
  lost: { notes: [{ hz: G3, at: 0, seconds: 0.9 }], again: 6_000 },
  // its owner alone hears these two: the same two notes knocking, and three that rise
  remind: {
    notes: [
      { hz: D5, at: 0, seconds: 0.12 },
      { hz: D5, at: 0.18, seconds: 0.12 },
      { hz: D5, at: 0.6, seconds: 0.12 },
      { hz: D5, at: 0.78, seconds: 0.12 },
    ],
    again: null,
  },
  handed: {
    notes: [
      { hz: A4, at: 0, seconds: 0.18 },
      { hz: D5, at: 0.22, seconds: 0.18 },
      { hz: G5, at: 0.44, seconds: 0.4 },
    ],
    again: null,
  },
  armed: {
    notes: [
      { hz: A4, at: 0, seconds: 0.14 },
      { hz: E5, at: 0.2, seconds: 0.3 },
    ],
    again: null,
  },
}

const loudestFirst: readonly Sound[] = ['high', 'lost', 'handed', 'remind', 'medium', 'low', 'armed']
/** Two bursts never overlap: neither would be recognised. */
const APART_MS = 2_000

/**
 * Which sound is due now. `wanted` are the causes that last; `once` are sounds asked for one time (a press on an
 * alarm that is already owned, a new low alarm).
 * @param played when each was last begun, ms
 */
export function due(
  wanted: ReadonlySet<Sound>,
  once: ReadonlySet<Sound>,
  played: ReadonlyMap<Sound, number>,
  now: number,
): Sound | null {
  const last = Math.max(-Infinity, ...played.values())
  if (now - last < APART_MS) return null
  for (const sound of loudestFirst) {
    if (once.has(sound)) return sound
    const { again } = patterns[sound]
    if (wanted.has(sound) && again !== null && now - (played.get(sound) ?? -Infinity) >= again) return sound
  }
  return null
}
