/**
 * Who works with Anju (P1). The administrator runs the installation; a seat of the 12349 hotline answers alarms under
 * a shift lead; the bureau is the county's or district's; a provider's own see their provider alone.
 */
export const roles = [
  'administrator',
  'bureau',
  'city-bureau',
  'town-clerk',
  'community-clerk',
  'shift-lead',
  'seat',
  'village-doctor',
  'clinician',
  'provider',
  'caregiver',
  'assessor',
  'finance',
  'auditor',
] as const
export type Role = (typeof roles)[number]

/** Everything a person or a program may ask for; each route names one of these. */
export const actions = [
  'own-session', // see and end one's own sessions
  'read-alarms',
  'answer-alarm', // acknowledge, note, resolve, report shown
  'hold-seat', // count as a present seat
  'run-drills', // start and stop rehearsals
  'read-calls',
  'answer-calls', // take, file, dial, enter by hand
  'keep-referrals',
  'check-care', // record a care check
  'read-people',
  'register-elder',
  'change-elder', // file, home, contacts, absence, moving
  'confirm-death',
  'merge-elders',
  'unmask-id-number', // asks a reason, and is logged
  'read-devices',
  'register-device', // and bind, move, rotate, import
  'command-device', // and test press
  'revoke-device',
  'read-staff',
  'manage-staff', // users, invitations, password resets, others' sessions
  'manage-shifts',
  'manage-desk', // playbooks, rules of alarms, plans for who presses without need
  'manage-areas',
  'read-channels', // ways to the outside, how they go, who is on call
  'manage-channels', // their addresses and secrets
  'manage-on-call',
  'read-figures', // how the desk does
  'read-access-log',
  'read-caregivers',
  'manage-caregivers',
  'manage-providers',
  'read-visits',
  'plan-visits', // plan, assign, reschedule, cancel, call back; mend what a check found
  'do-visits', // a caregiver's own
  'check-visits', // decide about what a check found, settle what is in question
  'export-evidence', // a visit with everything that proves it; written down
  'erase-evidence', // personal content, because the law asks for it
  'look-by-video', // ask to see a visit live (P5.4)
  'manage-services', // the catalogue and contracts
  'manage-tags', // area keys, and tags that hold theirs
] as const
export type Action = (typeof actions)[number]

const own = ['own-session'] as const
const viewer = [...own, 'read-alarms', 'read-people', 'read-devices', 'read-caregivers', 'read-visits'] as const
const clerk = [
  ...viewer,
  'keep-referrals',
  'check-care',
  'register-elder',
  'change-elder',
  'confirm-death',
  'unmask-id-number',
] as const
const seat = [
  ...viewer,
  'read-calls',
  'answer-calls',
  'keep-referrals',
  'check-care',
  'answer-alarm',
  'hold-seat',
  'command-device',
  'change-elder',
  'read-staff',
] as const
const lead = [
  ...seat,
  'register-elder',
  'confirm-death',
  'merge-elders',
  'unmask-id-number',
  'register-device',
  'revoke-device',
  'manage-shifts',
  'run-drills',
  'manage-desk',
  'read-figures',
  'read-channels',
  'manage-on-call',
] as const

const table: Record<Role, ReadonlySet<Action>> = {
  administrator: new Set(actions),
  bureau: new Set([
    ...clerk,
    'read-calls',
    'merge-elders',
    'read-staff',
    'manage-staff', // its clerks, doctors and providers; never a seat, whose rights it does not have
    'read-access-log',
    'read-figures',
    'manage-providers',
    'manage-caregivers',
    'check-visits',
    'export-evidence',
    'look-by-video',
    'manage-services',
    'manage-tags',
  ]),
  'city-bureau': new Set([...viewer, 'read-figures']),
  'town-clerk': new Set([...clerk, 'look-by-video']),
  'community-clerk': new Set(clerk),
  'shift-lead': new Set(lead),
  seat: new Set(seat),
  'village-doctor': new Set([...own, 'read-alarms', 'read-people', 'check-care']),
  clinician: new Set([...own, 'read-people']),
  provider: new Set([...own, 'read-caregivers', 'manage-caregivers', 'read-visits', 'plan-visits', 'export-evidence']),
  caregiver: new Set([...own, 'read-visits', 'do-visits']),
  assessor: new Set([...own, 'read-people', 'read-caregivers', 'read-visits', 'look-by-video']),
  finance: new Set(own),
  auditor: new Set([
    ...viewer,
    'read-calls',
    'read-staff',
    'read-access-log',
    'read-figures',
    'read-channels',
    'export-evidence',
  ]),
}

/** The one table of who may do what. */
export function may(role: Role, action: Action): boolean {
  return table[role].has(action)
}

/** Whether `role` may do everything that `other` may. */
export function holdsAllOf(role: Role, other: Role): boolean {
  return actions.every((action) => may(role, action) || !may(other, action))
}

/**
 * Whether opening an elder's file is this role's daily work. Where it is not, the opening asks a reason and is
 * logged (promise 10).
 */
export function opensFilesOnDuty(role: Role): boolean {
  return !['auditor', 'city-bureau', 'assessor', 'finance'].includes(role)
}

export function isRole(text: string): text is Role {
  return roles.some((role) => role === text)
}

/** Whose scope is a provider and not an area: such users name their provider. */
export function isProvidersOwn(role: Role): boolean {
  return role === 'provider' || role === 'caregiver'
}
