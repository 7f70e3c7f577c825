/** What is kept of a visit beside words. */
export const visitFileKinds = ['photo', 'signature'] as const
export type VisitFileKind = (typeof visitFileKinds)[number]

/** Phones make a picture small before they send it (1600 px); the table's own check is twice this. */
export const VISIT_FILE_BYTES_AT_MOST = 2 * 1024 * 1024
/** Before, after, and what was found: more would have to be searched. */
export const VISIT_FILES_AT_MOST = 20
