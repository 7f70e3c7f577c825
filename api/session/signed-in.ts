import type { Config } from '@anju/domain/config'
import { look } from '@anju/prisma/reads'
import { readWayOut } from '../channel/way-read.ts'
import type { Deps } from '../deps.ts'
import { isSecure } from '../origin.ts'
import type { SessionPrincipal } from '../principal.ts'
import type { SignedIn } from './schema.ts'

/** Without Max-Age: the browser's own end is one end, the server's 12 h of stillness the other. */
export function sessionCookie(config: Pick<Config, 'publicUrl' | 'tls'>) {
  return { path: '/', httpOnly: true, sameSite: 'strict', secure: isSecure(config) } as const
}

/** What somebody who is signed in is told of it. */
export async function signedInAs(deps: Deps, { user, area, session, scope }: SessionPrincipal): Promise<SignedIn> {
  return {
    user: { ...user, area },
    session: { id: session.id, expiresAt: session.expiresAt.toISOString() },
    demo: deps.config.demo,
    outside: await look(deps.reads, (db) => readWayOut(scope, db, deps.config)),
  }
}
