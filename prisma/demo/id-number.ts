import { parseIdNumber } from '@anju/domain/elder/id-number'

/** No division of the country begins with 99 (GB/T 2260), so no such number belongs to anybody. */
export const UNASSIGNED_REGION = '990000'

/** A resident identity number that is nobody's, of that birthday ('YYYY-MM-DD'), with a check digit that holds. */
export function nobodysIdNumber(bornOn: string, sequence: number): string {
  const body = `${UNASSIGNED_REGION}${bornOn.replaceAll('-', '')}${String(sequence % 1000).padStart(3, '0')}`
  const found = [...'0123456789X'].map((check) => parseIdNumber(body + check)).find((id) => id !== null)
  if (found === undefined) throw new Error(`no check digit for ${bornOn}`)
  return found
}
