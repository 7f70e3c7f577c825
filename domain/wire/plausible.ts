/** Bounds of what a living person at home can measure; outside them a reading is kept and marked, never charted or alarmed on. */
const BOUNDS = {
  systolic: [50, 300], // mmHg
  diastolic: [20, 200], // mmHg
  pulse: [20, 250], // /min
  glucose: [0.5, 55], // mmol/L
  spo2: [40, 100], // %
  weight: [15, 350], // kg
  temperature: [25, 45], // Cel
} as const

export type Bounded = keyof typeof BOUNDS

export function within(what: Bounded, value: number | null): boolean {
  if (value === null || !Number.isFinite(value)) return false
  const [low, high] = BOUNDS[what]
  return value >= low && value <= high
}

/** Systolic must exceed diastolic, both within bounds. */
export function plausiblePressure(systolic: number | null, diastolic: number | null, pulse: number | null): boolean {
  return (
    within('systolic', systolic) &&
    within('diastolic', diastolic) &&
    (systolic ?? 0) > (diastolic ?? 0) &&
    (pulse === null || within('pulse', pulse))
  )
}
