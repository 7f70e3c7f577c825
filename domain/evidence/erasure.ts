/** On which ground the law asks for personal content to be deleted: she or hers asked, its time is over, a court said so. */
export const ERASURE_GROUNDS = ['request', 'retention', 'court'] as const
export type ErasureGround = (typeof ERASURE_GROUNDS)[number]
