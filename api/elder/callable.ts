import { contactRoleOf } from '@anju/domain/elder/contact'
import type { Db } from '@anju/prisma/reads'
import type { Contact } from './schema.ts'

/** The ladder with what may be rung: never a number that is in the file of somebody of that name who has died. */
export async function withCallable(
  db: Db,
  contacts: readonly { id: string; rung: number; name: string; relation: string; phone: string; role: string }[],
): Promise<Contact[]> {
  const phones = contacts.map((contact) => contact.phone).filter((phone) => phone !== '')
  const dead =
    phones.length === 0
      ? []
      : await db.elder.findMany({
          where: { phone: { in: phones }, diedOn: { not: null } },
          select: { name: true, phone: true },
        })
  const gone = new Set(dead.map(({ name, phone }) => `${phone} ${name}`))
  return contacts.map(({ id, rung, name, relation, phone, role }) => ({
    id,
    rung,
    name,
    relation,
    phone,
    role: contactRoleOf(role),
    callable: phone !== '' && !gone.has(`${phone} ${name}`),
  }))
}
