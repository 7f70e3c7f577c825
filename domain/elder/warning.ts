import { birthDayOf, sexOfIdNumber } from './id-number.ts'

/** What looks wrong in a file and may all the same be so: said beside the field, never refused. */
export const elderWarnings = ['id-sex-differs', 'id-birth-differs', 'id-number-converted'] as const
export type ElderWarning = (typeof elderWarnings)[number]

/** Where sex or birth date are not what the identity number says; papers of that age are often wrong in one of them. */
export function warningsOf(
  { sex, bornOn }: { sex: string | null; bornOn: string | null },
  idNumber: string | null,
): ElderWarning[] {
  if (idNumber === null) return []
  const warnings: ElderWarning[] = []
  if (sex !== null && sex !== sexOfIdNumber(idNumber)) warnings.push('id-sex-differs')
  if (bornOn !== null && bornOn !== birthDayOf(idNumber)) warnings.push('id-birth-differs')
  return warnings
}
