/** Who works with Anju. The administrator runs the installation; a seat answers alarms under a shift lead. */
export const roles = ['administrator', 'shift-lead', 'seat', 'auditor'] as const
export type Role = (typeof roles)[number]

/** Everything a person or a program may ask for; each route names one of these. */
export const actions = [
  'own-session', // see and end one's own sessions
  'read-alarms',
  'answer-alarm', // acknowledge, note, resolve, report shown
  'hold-seat', // count as a present seat
  'read-people',
  'register-elder',
  'read-devices',
  'register-device',
  'command-device',
  'revoke-device',
] as const
export type Action = (typeof actions)[number]

const everyone = ['own-session', 'read-alarms', 'read-people', 'read-devices'] as const
const desk = [...everyone, 'answer-alarm', 'hold-seat', 'command-device'] as const
const lead = [...desk, 'register-elder', 'register-device', 'revoke-device'] as const

const table: Record<Role, ReadonlySet<Action>> = {
  administrator: new Set(lead),
  'shift-lead': new Set(lead),
  seat: new Set(desk),
  auditor: new Set(everyone),
}

/** The one table of who may do what. */
export function may(role: Role, action: Action): boolean {
  return table[role].has(action)
}

/**
 * Whether opening an elder's file is this role's daily work. Where it is not, the opening asks a reason and is
 * logged (promise 10).
 */
export function opensFilesOnDuty(role: Role): boolean {
  return role !== 'auditor'
}

export function isRole(text: string): text is Role {
  return roles.some((role) => role === text)
}
