import type { FastifyRequest } from 'fastify'
import { opensFilesOnDuty } from '@anju/domain/access/role'
import type { Scope } from '@anju/domain/access/scope'
import { Refusal } from '@anju/domain/error'
import { logOpening } from '@anju/prisma/access-log/apply'
import { look, type Db } from '@anju/prisma/reads'
import { SESSION_MS } from '@anju/prisma/session/apply'
import { transact } from '@anju/prisma/tx'
import type { Deps } from '../deps.ts'
import { principalOf } from '../principal.ts'
import { readElderPlace, readHomePlace } from './read.ts'

/** A header and not part of the address, so that proxies do not log it. Percent-encoded UTF-8. */
export const REASON_HEADER = 'anju-reason'
const MAX_REASON = 500

/**
 * Before an elder's file is opened outside one's duty: asks the reason and writes it down (promise 10). Nothing
 * happens where opening files is the role's work. Refuses `reason-required`, and `not-found` outside the scope.
 */
export function openFile(deps: Deps, request: FastifyRequest, elderId: string): Promise<void> {
  return open(deps, request, `elder:${elderId}`, (scope, db) => readElderPlace(scope, db, elderId))
}

/** The same for a home's, which says who lives there and where the key is. */
export function openHome(deps: Deps, request: FastifyRequest, homeId: string): Promise<void> {
  return open(deps, request, `home:${homeId}`, (scope, db) => readHomePlace(scope, db, homeId))
}

/** How long an opening lets the file's live values be followed: a working day, as a session does. */
const FOLLOWED_MS = SESSION_MS

/**
 * Whether live values of these files may be followed: outside one's duty only of files opened, with a reason, before.
 * Refuses `reason-required`.
 */
export async function requireOpened(scope: Scope, db: Db, elderIds: readonly string[], now: Date): Promise<void> {
  if (opensFilesOnDuty(scope.role)) return
  const opened = await db.accessLog.findMany({
    where: {
      userId: scope.userId,
      action: 'open-file',
      subject: { in: elderIds.map((id) => `elder:${id}`) },
      at: { gt: new Date(now.getTime() - FOLLOWED_MS) },
    },
    select: { subject: true },
    distinct: 'subject',
  })
  if (opened.length < elderIds.length) throw new Refusal('reason-required', 'Open the file first.')
}

async function open(
  deps: Deps,
  request: FastifyRequest,
  subject: string,
  place: (scope: Scope, db: Db) => Promise<unknown>,
): Promise<void> {
  const { scope } = principalOf(request)
  const reason = reasonFor(request)
  if (reason === null) return
  await look(deps.reads, (db) => place(scope, db))
  const opening = { userId: scope.userId, subject, action: 'open-file', reason } as const
  await transact(deps.pool, (tx) => logOpening(tx, { ...opening, now: deps.now() }))
}

/** Why a file is opened outside one's duty; null where it is one's duty. Refuses `reason-required`. */
export function reasonFor(request: FastifyRequest): string | null {
  if (opensFilesOnDuty(principalOf(request).scope.role)) return null
  const reason = reasonOf(request.headers[REASON_HEADER])
  if (reason === null) throw new Refusal('reason-required', `Send the reason in the header ${REASON_HEADER}.`)
  return reason
}

function reasonOf(header: string | string[] | undefined): string | null {
  if (typeof header !== 'string') return null
  try {
    return decodeURIComponent(header).trim().slice(0, MAX_REASON) || null
  } catch {
    return null
  }
}
