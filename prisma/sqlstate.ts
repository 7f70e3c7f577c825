/** The first two characters of an error's SQLSTATE, or undefined when the error did not come from PostgreSQL. */
export function classOf(error: unknown): string | undefined {
  return sqlState(error)?.slice(0, 2)
}

/** The five-character SQLSTATE of a PostgreSQL error (docs: appendix A), or undefined. */
export function sqlState(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined
  const { code } = error
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) && 'severity' in error ? code : undefined
}

/** What was read before a lock, or read where no lock is, is no longer so: the same work reads it anew. */
export class ChangedMeanwhile extends Error {
  override readonly name = 'ChangedMeanwhile'
}

/**
 * Deadlock or serialization failure (40), lock not had in time (55P03), something changed meanwhile: the same work may
 * succeed at once. So may what found an id unclaimed that another was just claiming.
 */
export function isRetryable(error: unknown): boolean {
  if (error instanceof ChangedMeanwhile) return true
  return classOf(error) === '40' || sqlState(error) === '55P03' || isClaimedMeanwhile(error)
}

function isClaimedMeanwhile(error: unknown): boolean {
  return (
    sqlState(error) === '23505' &&
    error instanceof Error &&
    'constraint' in error &&
    error.constraint === 'message_dedupe_pkey'
  )
}

/**
 * The data itself is at fault (21 cardinality, 22 data, 23 constraint): the same work will fail for ever, so the
 * culprit must be found and set aside.
 */
export function isDataFault(error: unknown): boolean {
  const sqlClass = classOf(error)
  return sqlClass === '21' || sqlClass === '22' || sqlClass === '23'
}

/** How the system says that the server, its host or its name cannot be reached now. */
const AWAY_CODES = new Set([
  ...['ECONNREFUSED', 'ECONNRESET', 'ECONNABORTED', 'EPIPE', 'ENOENT', 'ETIMEDOUT'],
  ...['EHOSTUNREACH', 'EHOSTDOWN', 'ENETUNREACH', 'ENETDOWN', 'EADDRNOTAVAIL', 'ENOTFOUND', 'EAI_AGAIN', 'EMFILE'],
])

/** The database is away, going or full (08, 53, 57, 58) or the connection was lost: the outcome is unknown, try again. */
export function isAway(error: unknown): boolean {
  const sqlClass = classOf(error)
  if (sqlClass !== undefined) return ['08', '53', '57', '58'].includes(sqlClass)
  if (!(error instanceof Error)) return false
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  return (
    AWAY_CODES.has(code) ||
    /connection (terminated|timeout)|timeout exceeded when trying to connect|query read timeout|not queryable|client has encountered a connection error/i.test(
      error.message,
    ) ||
    (error.cause !== undefined && isAway(error.cause))
  )
}
