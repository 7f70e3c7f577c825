export const KINDS = ['blood-pressure', 'glucose', 'spo2', 'weight', 'temperature'] as const
export type Kind = (typeof KINDS)[number]
export const MEALS = ['fasting', 'before-meal', 'after-meal', 'random'] as const

export interface Typed {
  first: string
  second: string
  pulse: string
  meal: (typeof MEALS)[number]
}

/** What a meter can show at all: a slip of the finger is told at once, and nothing else is judged. */
const SHOWN: Record<Kind | 'diastolic' | 'pulse', readonly [number, number]> = {
  'blood-pressure': [50, 300],
  diastolic: [20, 200],
  pulse: [20, 250],
  glucose: [0.6, 40],
  spo2: [50, 100],
  weight: [15, 250],
  temperature: [30, 43],
}

function figure(text: string, of: keyof typeof SHOWN): number | null {
  // a full-width figure or a Chinese point is the same figure
  const plain = text
    .trim()
    .normalize('NFKC')
    .replace(/[。，,]/, '.')
  if (!/^\d{1,3}(\.\d{1,2})?$/.test(plain)) return null
  const value = Number(plain)
  const [least, most] = SHOWN[of]
  return value >= least && value <= most ? value : null
}

/** What was typed as the wire contract has it; null while it is none. */
export function readingOf(kind: Kind, { first, second, pulse, meal }: Typed): Record<string, unknown> | null {
  const value = figure(first, kind)
  const beats = pulse.trim() === '' ? undefined : figure(pulse, 'pulse')
  if (value === null || beats === null) return null
  const withPulse = beats === undefined ? {} : { pulse: beats }
  switch (kind) {
    case 'blood-pressure': {
      const diastolic = figure(second, 'diastolic')
      if (diastolic === null || diastolic >= value) return null
      return { kind, systolic: value, diastolic, unit: 'mmHg', ...withPulse }
    }
    case 'glucose':
      return { kind, value, unit: 'mmol/L', meal }
    case 'spo2':
      return { kind, value, ...withPulse }
    case 'weight':
      return { kind, value, unit: 'kg' }
    case 'temperature':
      return { kind, value, unit: 'Cel' }
  }
}
