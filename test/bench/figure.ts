export type Target = { atLeast: number } | { atMost: number }

/** One number of DESIGN's list, measured several times. */
export type Figure = {
  what: string
  /** Shown beside the unit: '/s', 'ms', 'MB'; '' for a ratio. */
  unit: string
  runs: number[]
  target?: Target
  note?: string
}

/** A part of the benchmark: its figures, and words (a plan, a profile) that stand under the table. */
export type Part = { title: string; figures: Figure[]; words?: string }

export function middle(runs: readonly number[]): number {
  const sorted = [...runs].sort((a, b) => a - b)
  const upper = sorted[sorted.length >> 1] ?? NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[(sorted.length >> 1) - 1] ?? NaN) + upper) / 2
}

/** The value that `share` of the runs do not exceed. */
export function percentile(runs: readonly number[], share: number): number {
  const sorted = [...runs].sort((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? NaN
}

/** Whether the median holds the target; undefined without one. */
export function holds({ runs, target }: Figure): boolean | undefined {
  if (target === undefined) return undefined
  return 'atLeast' in target ? middle(runs) >= target.atLeast : middle(runs) <= target.atMost
}

export function shown(value: number, unit: string): string {
  const digits = unit === '' ? 2 : value >= 100 ? 0 : value >= 10 ? 1 : 2
  const number = value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits })
  return unit === '' ? number : unit.startsWith('/') ? `${number}${unit}` : `${number} ${unit}`
}

export function targetWords({ target, unit }: Figure): string {
  if (target === undefined) return ''
  return 'atLeast' in target ? `≥ ${shown(target.atLeast, unit)}` : `≤ ${shown(target.atMost, unit)}`
}
