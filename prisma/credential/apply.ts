import type { Scope } from '@anju/domain/access/scope'
import { Refusal } from '@anju/domain/error'
import type { CredentialKind } from '@anju/domain/visit/credential'
import { DOCUMENT_BYTES_AT_MOST, documentTypeOf } from '@anju/domain/visit/document'
import { heldCaregiver } from '../caregiver/apply.ts'
import { recordChange } from '../history/apply.ts'
import { newId } from '../id.ts'
import { lockSubjects, type Tx } from '../tx.ts'

export interface NewCredential {
  caregiverId: string
  kind: CredentialKind
  title: string
  number: string
  /** 'YYYY-MM-DD', both included. */
  issuedOn: string
  expiresOn: string | null
  /** The paper, as it came. */
  document: Buffer | null
}

/**
 * Keeps what a caregiver was found fit by, with its paper. It is never edited: what is wrong is withdrawn and entered
 * anew. Refuses `not-found` outside the scope, `caregiver-left`, `time-order`, `document-too-large`,
 * `document-unreadable`.
 */
export async function addCredential(
  tx: Tx,
  credential: NewCredential,
  scope: Scope,
  now: Date,
): Promise<{ id: string }> {
  const { caregiverId, kind, title, number, issuedOn, expiresOn, document } = credential
  if (expiresOn !== null && expiresOn < issuedOn) throw new Refusal('time-order')
  const type = document === null ? null : typeOf(document)
  await lockSubjects(tx, [`caregiver:${caregiverId}`])
  const caregiver = await heldCaregiver(tx, caregiverId, scope)
  if (caregiver.leftAt !== null) throw new Refusal('caregiver-left')
  const id = newId(now)
  await tx.query(
    `insert into credential (id, caregiver_id, kind, title, number, issued_on, expires_on, document_type, document,
                             entered_by, entered_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    [id, caregiverId, kind, title, number, issuedOn, expiresOn, type, document, scope.userId, now],
  )
  const after = { credential: kind, title, number, issuedOn, expiresOn, document: type }
  await note(tx, { id, caregiverId, action: 'credential-added', after, path: caregiver.path }, scope, now)
  return { id }
}

function typeOf(document: Buffer): string {
  if (document.length > DOCUMENT_BYTES_AT_MOST) throw new Refusal('document-too-large')
  const type = documentTypeOf(document)
  if (type === null) throw new Refusal('document-unreadable')
  return type
}

/** Withdraws a credential, with why; it stays on file. Refuses `not-found` outside the scope and `credential-withdrawn`. */
export async function withdrawCredential(
  tx: Tx,
  { id, reason }: { id: string; reason: string },
  scope: Scope,
  now: Date,
): Promise<void> {
  const [place] = await tx.query<{ caregiverId: string }>(
    'select caregiver_id as "caregiverId" from credential where id = $1',
    [id],
  )
  if (!place) throw new Refusal('not-found')
  const { caregiverId } = place
  await lockSubjects(tx, [`caregiver:${caregiverId}`])
  const { path } = await heldCaregiver(tx, caregiverId, scope)
  const [held] = await tx.query<{ kind: string; number: string; issuedOn: string }>(
    `update credential set withdrawn_by = $2, withdrawn_at = $3, withdrawn_reason = $4
     where id = $1 and withdrawn_at is null returning kind, number, issued_on as "issuedOn"`,
    [id, scope.userId, now, reason],
  )
  if (!held) throw new Refusal('credential-withdrawn')
  const { kind, number, issuedOn } = held
  const before = { credential: kind, number, issuedOn }
  await note(tx, { id, caregiverId, action: 'credential-withdrawn', before, after: {}, reason, path }, scope, now)
}

async function note(
  tx: Tx,
  change: {
    id: string
    caregiverId: string
    action: string
    before?: object
    after: object
    reason?: string
    path: string
  },
  { userId }: Scope,
  now: Date,
): Promise<void> {
  const { id, caregiverId, action, reason = '', path } = change
  const subject = `caregiver:${caregiverId}`
  const [before, after] = [{ ...change.before }, { ...change.after }]
  await recordChange(tx, { subject, action, before, after, reason, userId, now })
  const body = { caregiverId, credentialId: id }
  tx.events.push({ at: now, topic: 'staff', name: `caregiver.${action}`, areaPath: path, subject, body })
}
