/** A name as it is kept: trimmed, one space between words. Of any length, with whatever signs it has. */
export function tidyName(text: string): string {
  return text.normalize('NFC').trim().replace(/\s+/g, ' ')
}

/** A name for whom it is not the work to know: its first sign, however long it is. */
export function maskName(name: string): string {
  const [first = ''] = name
  return `${first}○○`
}

/** A telephone number as it is kept: full-width digits and brackets as plain ones, nothing else changed. */
export function tidyPhone(text: string): string {
  return text.normalize('NFKC').trim().replace(/\s+/g, ' ')
}

/** The words of a name or a search: letters and digits alone, in small letters; `·` joins the parts of one name. */
export function wordsOf(text: string): string[] {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[·•‧・.']/g, '')
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
}

/** Digits alone; '' when it holds none. */
export function digitsOf(text: string): string {
  return text.normalize('NFKC').replace(/\D/g, '')
}
