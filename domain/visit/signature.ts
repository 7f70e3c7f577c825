/** Who signed: the elder's signature, a thumb mark or cross with a witness, somebody for her, or nobody, with why in `by`. */
export interface Signed {
  how: 'signature' | 'thumb' | 'proxy' | 'cannot'
  by: string
  witness: string
}

/** What each way needs beside the mark itself, for it to count. */
const NEEDS = {
  signature: [],
  thumb: ['witness'],
  proxy: ['by'],
  cannot: ['by', 'witness'],
} as const satisfies Record<Signed['how'], readonly ('by' | 'witness')[]>

export const isWhole = (signed: Signed): boolean => NEEDS[signed.how].every((each) => signed[each].trim() !== '')
