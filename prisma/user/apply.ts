import { createHash, randomBytes } from 'node:crypto'
import type { Role } from '@anju/domain/access/role'
import { newId } from '../id.ts'
import type { Tx } from '../tx.ts'

export interface NewUser {
  username: string
  name: string
  role: Role
  /** What the user sees: this area and all below it. */
  areaId: string
  /** From `hashPassword`; made before the transaction, as it takes long. */
  passwordHash: string
  now: Date
}

/** Stores a user. A taken user name fails with 23505. */
export async function createUser(tx: Tx, user: NewUser): Promise<{ id: string }> {
  const id = newId(user.now)
  await tx.query(
    `insert into app_user (id, username, name, role, area_id, password_hash, created_at)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [id, user.username, user.name, user.role, user.areaId, user.passwordHash, user.now],
  )
  return { id }
}

export interface NewApiKey {
  name: string
  role: Role
  areaId: string
  createdBy: string | null
  now: Date
}

/** Makes an API key. The token is shown this once; only its hash is kept. */
export async function createApiKey(tx: Tx, key: NewApiKey): Promise<{ id: string; token: string }> {
  const id = newId(key.now)
  const token = `anju_${randomBytes(32).toString('base64url')}`
  await tx.query(
    `insert into api_key (id, token_hash, name, role, area_id, created_at, created_by)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [id, tokenHash(token), key.name, key.role, key.areaId, key.now, key.createdBy],
  )
  return { id, token }
}

/** SHA-256 of a session's or API key's token; the token is 256 random bits, so no salt is needed. */
export function tokenHash(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}
