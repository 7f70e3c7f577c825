/** What somebody on the ladder is to the elder's household; a guide leads an ambulance in from the main road. */
export const contactRoles = ['family', 'neighbour', 'cadre', 'doctor', 'guide', 'other'] as const
export type ContactRole = (typeof contactRoles)[number]

export function contactRoleOf(text: string): ContactRole {
  return contactRoles.find((role) => role === text) ?? 'other'
}
