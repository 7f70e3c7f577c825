import type { AnchorWords } from './zh-CN-anchor.ts'

/** Words of the page of daily roots; they come with it. */
export const anchor: AnchorWords = {
  lead: 'After each midnight the platform computes and signs one root over all evidence until then, and hands it to a second party. With the copy that is kept there, a change to old records shows. It makes change visible; it does not prevent it.',
  day: 'Day',
  root: 'Root',
  chains: (n) => `${n} chains`,
  parties: 'Handed to',
  nobody: 'handed to nobody yet',
  nobodyYet:
    'No second party is set: let a mailbox among the channels keep the roots, or set ANJU_ANCHOR_DIR to write them into a folder.',
  gap: 'Gap: this day was not sealed. Later roots hold its evidence too, but cannot show that it was there that day.',
  folder: 'Folder',
  handed: (when) => `handed over ${when}`,
  waiting: (n, when) => `not handed over, tried ${n} times, again ${when}`,
  first: (when) => `to be handed over ${when}`,
  sent: 'SHA-256 of what was sent',
  attempts: 'Every attempt',
  noAttempts: 'Nothing was handed over yet.',
  span: (first, last) => (first === last ? first : `${first} to ${last}`),
  taken: 'taken',
  key: 'Public key',
  keyLead: 'The second party should write it on paper and keep it with the roots.',
  empty: 'Nothing was sealed yet. The first root comes with the midnight after the first whole day.',
}
