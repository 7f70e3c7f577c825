import type { Reading } from '../api/shapes.ts'
import { word } from '../messages/word.ts'
import type { Messages } from '../messages/zh-CN.ts'

type Figures = Pick<Reading, 'kind' | 'systolic' | 'diastolic' | 'value'>

/** A reading's figures as the meter shows them: `128/76` · `6.4`. No verdict is drawn from them. */
export function figures(reading: Figures, locale: string): string {
  if (reading.kind === 'blood-pressure') {
    const side = (value: number | null | undefined): string => (value == null ? '—' : String(Math.round(value)))
    return `${side(reading.systolic)}/${side(reading.diastolic)}`
  }
  if (reading.value == null) return '—'
  const digits = reading.kind === 'spo2' ? 0 : 1
  return new Intl.NumberFormat(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(
    reading.value,
  )
}

export const unit = (m: Messages, reading: Pick<Reading, 'kind'>): string => word(m.reading.unit, reading.kind)

/** What stands beside the figures: pulse, and when the meal was. */
export function beside(m: Messages, reading: Pick<Reading, 'pulse'> & Partial<Pick<Reading, 'meal'>>): string[] {
  const words: string[] = []
  if (reading.pulse != null) words.push(m.reading.pulse(String(Math.round(reading.pulse))))
  if (reading.meal) words.push(word(m.reading.meal, reading.meal))
  return words
}

/** Every mark of a reading, the platform's own doubt among them. */
export const marksOf = (reading: Reading): string[] =>
  reading.plausible ? reading.marks : [...reading.marks, 'implausible']
