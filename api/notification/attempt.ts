import type { Attempt } from '@anju/prisma/notification/apply'

/** How long the outside may take to answer before the attempt has failed; well within a lease. */
export const ANSWER_WITHIN_MS = 10_000
/** No more of an answer is read: a gateway that never ends is cut off. */
const ANSWER_BYTES = 64 * 1024

/** An attempt and what the other side said, for whoever sends a test. */
export type Answered = Attempt & { said: string }

/** Times an attempt and turns whatever it throws into a failure in plain words. Never throws. */
export async function attempt(
  work: (signal: AbortSignal) => Promise<{ status: number | null; error: string | null; said: string }>,
  withinMs: number = ANSWER_WITHIN_MS,
): Promise<Answered> {
  const began = performance.now()
  const took = () => Math.round(performance.now() - began)
  const tooLate = `no answer within ${withinMs / 1000} s`
  const over = new AbortController()
  const timer = setTimeout(() => over.abort(new Error(tooLate)), withinMs)
  try {
    // What does not heed the signal must not hold us either.
    const late = new Promise<never>((_resolve, reject) =>
      over.signal.addEventListener('abort', () => reject(new Error(tooLate))),
    )
    return { ...(await Promise.race([work(over.signal), late])), tookMs: took() }
  } catch (error) {
    return { status: null, error: sentenceOf(error), said: '', tookMs: took() }
  } finally {
    clearTimeout(timer)
    over.abort()
  }
}

function sentenceOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  const words = cause instanceof Error ? cause.message || cause.name : 'failed'
  return words.replaceAll(/[\s\p{Cc}]+/gu, ' ').slice(0, 200)
}

/** The first of an answer's body, as bytes; the rest is not waited for. */
export async function firstOf(response: Response): Promise<Uint8Array> {
  if (!response.body) return new Uint8Array()
  const body: AsyncIterable<Uint8Array> = response.body
  const parts: Uint8Array[] = []
  let bytes = 0
  for await (const part of body) {
    parts.push(part)
    bytes += part.byteLength
    if (bytes >= ANSWER_BYTES) break
  }
  return Buffer.concat(parts).subarray(0, ANSWER_BYTES)
}
