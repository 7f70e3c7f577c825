import { birthDayOf, readIdNumber, sexOfIdNumber } from '@anju/domain/elder/id-number'

export type IdNumberState =
  | { is: 'empty' }
  | { is: 'typing'; digits: number }
  | { is: 'invalid' }
  | { is: 'valid'; id: string; converted: boolean; bornOn: string; sex: 'female' | 'male' }

/** What an identity number is as far as it has been typed. 15 digits are whole already: an old number, or half a new. */
export function idNumberState(text: string): IdNumberState {
  const given = text.normalize('NFKC').replace(/[\s-]/g, '')
  if (given === '') return { is: 'empty' }
  const read = readIdNumber(text)
  if (read) return { is: 'valid', ...read, bornOn: birthDayOf(read.id), sex: sexOfIdNumber(read.id) }
  if (given.length < 18 && /^\d+$/.test(given)) return { is: 'typing', digits: given.length }
  return { is: 'invalid' }
}
