/** A reason shorter than this says nothing to an auditor; in Chinese “送饭进不去门” has six characters. */
export const MIN_ENTRY_REASON = 6

/** How long a key or code stays on a screen outside an alarm: to read it out, not to leave it standing. */
export const ENTRY_SHOWN_MS = 30_000

export const entryChanges = ['set', 'replaced', 'cleared'] as const
export type EntryChange = (typeof entryChanges)[number]

/** What a history tells of a change of key holder or door code: that it was, never what it says (promise 10). */
export function entryChange(was: string, becomes: string): EntryChange {
  if (becomes.trim() === '') return 'cleared'
  return was.trim() === '' ? 'set' : 'replaced'
}
