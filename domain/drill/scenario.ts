/** What a scripted device does, and how many seconds after the drill began. */
export type DrillStep =
  | { atS: number; device: number; act: 'press' }
  /** Pressed again only where nobody has taken it: an elder who is spoken to stops. */
  | { atS: number; device: number; act: 'press-unanswered' }
  /** Power and network are gone: nothing is heard of these any more. */
  | { atS: number; device: number; act: 'dark' }

export interface Scenario {
  /** Buttons made for it; the first hangs in the area's drill home, the others are known by their ids alone. */
  devices: number
  /** By then the desk has had its time; what is open is put down as not answered. */
  lastsS: number
  /** Their silence is noticed after this; what is real waits longer. */
  silentAfterS: number
  /** @param next random numbers from 0 to 1 that follow from the drill's seed */
  steps(next: () => number): DrillStep[]
}

const presses = (devices: number, withinS: number, next: () => number): DrillStep[] =>
  Array.from({ length: devices }, (_, device) => ({ atS: Math.round(next() * withinS), device, act: 'press' }))

const MINUTE_S = 60
/** Longer than any drill. */
const NEVER_S = 24 * 3600

/** The rehearsals a shift lead may choose from. */
export const SCENARIOS = {
  /** One press; unanswered, it is pressed again. */
  'one-press': {
    devices: 1,
    lastsS: 5 * MINUTE_S,
    silentAfterS: NEVER_S,
    steps: () => [
      { atS: 0, device: 0, act: 'press' },
      { atS: 45, device: 0, act: 'press-unanswered' },
      { atS: 100, device: 0, act: 'press-unanswered' },
    ],
  },
  /** Ten people press within a minute: the load of a bad hour (EEMUA 191: ten in ten minutes is a flood). */
  'ten-presses': {
    devices: 10,
    lastsS: 10 * MINUTE_S,
    silentAfterS: NEVER_S,
    steps: (next) => presses(10, MINUTE_S, next),
  },
  /** A village loses its power: one alarm lists its devices, and one press came just before. */
  'village-dark': {
    devices: 12,
    lastsS: 8 * MINUTE_S,
    silentAfterS: 40,
    steps: () => [
      { atS: 5, device: 0, act: 'press' },
      ...Array.from({ length: 11 }, (_, n): DrillStep => ({ atS: 8, device: n + 1, act: 'dark' })),
    ],
  },
  /** Sixty within a minute: nobody can answer them all at once, and the interface must still obey. */
  flood: { devices: 60, lastsS: 15 * MINUTE_S, silentAfterS: NEVER_S, steps: (next) => presses(60, MINUTE_S, next) },
  /** Everybody leaves the desk; half a minute later somebody presses. Who outside hears of it, and when? */
  night: {
    devices: 1,
    lastsS: 5 * MINUTE_S,
    silentAfterS: NEVER_S,
    steps: () => [{ atS: 30, device: 0, act: 'press' }],
  },
} as const satisfies Record<string, Scenario>

export type ScenarioName = keyof typeof SCENARIOS
export const scenarioNames = Object.keys(SCENARIOS).filter(isScenario)

export function isScenario(text: string): text is ScenarioName {
  return Object.hasOwn(SCENARIOS, text)
}

/** What happens in a drill, in its order; the same for the same seed. */
export function planOf(name: ScenarioName, seed: number): DrillStep[] {
  return SCENARIOS[name].steps(mulberry32(seed)).sort((a, b) => a.atS - b.atS || a.device - b.device)
}

export const DRILL_STATES = ['running', 'done', 'stopped', 'failed'] as const
export type DrillState = (typeof DRILL_STATES)[number]

/** A player says every few seconds that it lives; one unheard of for so long is dead, and so is its drill. */
export const DRILL_SILENT_MS = 45_000

/** Is a running drill still played? Its player, or the plan that one should claim it, has `DRILL_SILENT_MS`. */
export function decideDrillOver(
  drill: { state: DrillState; startedAt: Date; playedAt: Date | null; endsAt: Date },
  now: Date,
): { kind: 'moot' } | { kind: 'failed' } | { kind: 'again'; dueAt: Date } {
  if (drill.state !== 'running') return { kind: 'moot' }
  const heard = (drill.playedAt ?? drill.startedAt).getTime()
  const dueAt = new Date(Math.min(heard, drill.endsAt.getTime()) + DRILL_SILENT_MS)
  return now < dueAt ? { kind: 'again', dueAt } : { kind: 'failed' }
}

/** Even enough for a rehearsal, and small: Mulberry32. */
function mulberry32(seed: number): () => number {
  let a = seed >>> 0
  return () => {
    a = (a + 0x6d2b79f5) >>> 0
    let t = Math.imul(a ^ (a >>> 15), a | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}
