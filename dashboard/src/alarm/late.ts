/** How much later than it happened a fact may come before that is said beside it. */
const LATE_MS = 5 * 60_000

/** Whether a fact came so late that both clocks are said. */
export function isLate({ at, receivedAt }: { at: string | null; receivedAt: string }): boolean {
  return at !== null && Date.parse(receivedAt) - Date.parse(at) >= LATE_MS
}
