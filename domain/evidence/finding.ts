/** One thing that does not fit, and where it stands. */
export interface Finding {
  code: FindingCode
  detail: string
  elder?: string
  n?: number
  day?: string
}

export type FindingCode =
  | 'not-an-export' // not JSON in canonical form, or not of this format
  | 'elder-order' // elders twice or out of order
  | 'entry-unreadable'
  | 'entry-foreign' // text of another elder's chain
  | 'entry-order' // missing, repeated or moved
  | 'entry-altered'
  | 'hash-altered' // only the stated hash: the text is whole
  | 'content-unknown'
  | 'content-altered'
  | 'day-order'
  | 'signature-invalid' // not signed by this key, or the signed root was changed
  | 'head-differs' // the chain is not what was sealed that day
  | 'proof-invalid' // the head does not lead to the day's root
  | 'second-copy-differs' // the second party keeps another root for that day
