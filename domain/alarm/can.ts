import { isRole, may } from '../access/role.ts'
import type { RefusalCode } from '../error.ts'
import { type AlarmState, isOpenState, type Priority } from './kinds.ts'

export type Can = { allowed: true } | { allowed: false; reason: RefusalCode }

export const ALARM_ACTIONS = [
  'acknowledge', // a named person takes it
  'step', // begins or ends a step of the ladder, tells where the ambulance is
  'note',
  'hand-over', // to a named person
  'give-back', // to the queue
  'shelve', // out of the queue for a while, for a reason
  'resolve', // with an outcome
  'reopen', // resolved by mistake
  'close', // what was to be looked at again is done
] as const
export type AlarmAction = (typeof ALARM_ACTIONS)[number]

export interface AskedOf {
  state: AlarmState
  ownerId: string | null
  priority: Priority
  shelved: boolean
}

const yes: Can = { allowed: true }
const no = (reason: RefusalCode): Can => ({ allowed: false, reason })

/**
 * What this user may do with this alarm, and why not: the one table that the API obeys and the screen shows.
 * Who may not answer alarms looks and touches nothing. A closed alarm still takes notes: what was learnt later belongs
 * to it.
 */
export function can(alarm: AskedOf, user: { id: string; role: string }): Record<AlarmAction, Can> {
  if (!isRole(user.role) || !may(user.role, 'answer-alarm')) return all(no('not-allowed'))
  const leads = user.role === 'shift-lead' || user.role === 'administrator'
  const own = alarm.ownerId === user.id
  if (isOpenState(alarm.state)) {
    const owned: Can = alarm.state === 'raised' ? no('alarm-not-owned') : own || leads ? yes : no('alarm-other-owner')
    return {
      acknowledge: alarm.state === 'raised' || own ? yes : no('alarm-owned'),
      step: owned,
      note: yes,
      'hand-over': owned,
      'give-back': owned,
      shelve: alarm.shelved ? no('alarm-shelved') : shelving(alarm, own, leads),
      resolve: owned,
      reopen: no('alarm-open'),
      close: no('alarm-open'),
    }
  }
  const over = no(alarm.state === 'closed' ? 'alarm-closed' : 'alarm-resolved')
  return {
    ...all(over),
    note: yes,
    reopen: alarm.state === 'closed' ? no('alarm-closed') : own || leads ? yes : no('alarm-other-owner'),
    close: alarm.state === 'follow-up' ? yes : alarm.state === 'closed' ? no('alarm-closed') : no('alarm-not-followed'),
  }
}

/** A seat shelves what is no call for help and nobody else's; of high ones the lead decides. */
function shelving({ ownerId, priority }: AskedOf, own: boolean, leads: boolean): Can {
  if (leads) return yes
  if (priority === 'high') return no('alarm-high')
  return ownerId === null || own ? yes : no('alarm-other-owner')
}

function all(answer: Can): Record<AlarmAction, Can> {
  return {
    acknowledge: answer,
    step: answer,
    note: answer,
    'hand-over': answer,
    'give-back': answer,
    shelve: answer,
    resolve: answer,
    reopen: answer,
    close: answer,
  }
}
