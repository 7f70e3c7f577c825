import type { RefusalCode } from '../error.ts'
import type { AlarmState } from './kinds.ts'

export type Can = { allowed: true } | { allowed: false; reason: RefusalCode }
export type AlarmAction = 'acknowledge' | 'note' | 'resolve'

const yes: Can = { allowed: true }
const no = (reason: RefusalCode): Can => ({ allowed: false, reason })

/**
 * What this user may do with this alarm, and why not: the one table that the API obeys and the screen shows.
 * An auditor looks and touches nothing. A resolved alarm still takes notes: what was learnt later belongs to it.
 */
export function can(
  alarm: { state: AlarmState; ownerId: string | null },
  user: { id: string; role: string },
): Record<AlarmAction, Can> {
  if (user.role === 'auditor') {
    return { acknowledge: no('not-allowed'), note: no('not-allowed'), resolve: no('not-allowed') }
  }
  switch (alarm.state) {
    case 'raised':
      return { acknowledge: yes, note: yes, resolve: no('alarm-not-owned') }
    case 'acknowledged': {
      const own = alarm.ownerId === user.id
      const leads = user.role === 'shift-lead' || user.role === 'administrator'
      return {
        acknowledge: own ? yes : no('alarm-owned'),
        note: yes,
        resolve: own || leads ? yes : no('alarm-other-owner'),
      }
    }
    case 'resolved':
      return { acknowledge: no('alarm-resolved'), note: yes, resolve: no('alarm-resolved') }
  }
}
