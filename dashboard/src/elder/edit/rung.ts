import type { ContactRole } from '@anju/domain/elder/contact'
import type { Contact } from '../shapes.ts'

/** A contact as it is typed. */
export type Rung = { name: string; relation: string; phone: string; role: ContactRole }

export const emptyRung = (): Rung => ({ name: '', relation: '', phone: '', role: 'family' })

export const rungOf = ({ name, relation, phone, role }: Contact): Rung => ({ name, relation, phone, role })

/** Whether nothing was typed into it: such a rung is not sent. */
export const isBlank = ({ name, relation, phone }: Rung): boolean => `${name}${relation}${phone}`.trim() === ''

/** The rungs to be sent, without the blank ones. */
export const filled = (rungs: readonly Rung[]): Rung[] => rungs.filter((rung) => !isBlank(rung))
