import type { StoredEvent } from '@anju/prisma/log/tail'

/** One event of the log as SSE frames it; made once, written to every stream that may see it. */
export function eventFrame({ position, at, subject, name, body }: StoredEvent): string {
  const data = JSON.stringify({ position, at: at.toISOString(), subject, ...body })
  return `id: ${position}\nevent: ${name}\ndata: ${data}\n\n`
}

/** A frame without `id`: a client that resumes does not resume from it. */
export function unloggedFrame(name: string, data: Record<string, unknown>): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`
}
