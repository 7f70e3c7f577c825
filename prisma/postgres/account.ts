import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { CannotStart } from '@anju/domain/cannot-start'

/** The system's user a program runs as. */
export type Account = { name: string; uid: number; gid: number }

/** In the order tried. `postgres` is there where Debian's own server is installed; `anju` is the one we make. */
const NAMES = ['postgres', 'anju'] as const
const LAST_RESORT = 'nobody'

/**
 * Whom PostgreSQL runs as. It refuses root, so root borrows an unprivileged user and makes one if there is none; an
 * ordinary user runs it as themselves (null).
 */
export function serverAccount(): Account | null {
  if (process.getuid?.() !== 0) return null
  for (const name of NAMES) {
    const account = findAccount(name)
    if (account !== null) return account
  }
  try {
    execFileSync('useradd', ['--system', '--no-create-home', '--shell', '/usr/sbin/nologin', 'anju'], {
      stdio: 'ignore',
    })
  } catch {
    // No useradd, or two starters at once: the list is read again either way.
  }
  const account = findAccount('anju') ?? findAccount(LAST_RESORT)
  if (account === null) {
    throw new CannotStart(
      'PostgreSQL does not run as root and no other user could be made: start Anju as an ordinary user.',
    )
  }
  return account
}

function findAccount(name: string): Account | null {
  for (const line of readFileSync('/etc/passwd', 'utf8').split('\n')) {
    const [user, , uid, gid] = line.split(':')
    if (user === name) return { name, uid: Number(uid), gid: Number(gid) }
  }
  return null
}

/** Options of `spawn` and `execFile` that run a program as this account. */
export function as(account: Account | null): { uid?: number; gid?: number } {
  return account === null ? {} : { uid: account.uid, gid: account.gid }
}
