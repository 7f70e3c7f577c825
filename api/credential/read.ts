import type { Scope } from '@anju/domain/access/scope'
import { todayIn } from '@anju/domain/elder/day'
import { Refusal } from '@anju/domain/error'
import {
  type Credential,
  type CredentialKind,
  fitToSend,
  isCredentialKind,
  standings,
} from '@anju/domain/visit/credential'
import { documentTypes, type DocumentType } from '@anju/domain/visit/document'
import { type Prisma } from '@anju/prisma/generated/client'
import type { Db } from '@anju/prisma/reads'
import { dayOf } from '../day.ts'
import { providersOf } from '../provider/read.ts'
import type { CredentialFile, CredentialRow } from './schema.ts'
import { toStanding } from './standing.ts'

const person = { select: { id: true, name: true } }
const shown = {
  id: true,
  kind: true,
  title: true,
  number: true,
  issuedOn: true,
  expiresOn: true,
  documentType: true,
  enteredAt: true,
  enteredBy: person,
  withdrawnAt: true,
  withdrawnBy: person,
  withdrawnReason: true,
} satisfies Prisma.CredentialSelect
type Row = Prisma.CredentialGetPayload<{ select: typeof shown }>

/** Where a caregiver works, and the zone there. Refuses `not-found` outside the scope. */
export async function readCaregiverPlace(
  scope: Scope,
  db: Db,
  id: string,
): Promise<{ timeZone: string; areaPath: string; providerId: string }> {
  const [place] = await db.$queryRaw<{ timeZone: string; areaPath: string; providerId: string }[]>`
    select area.time_zone as "timeZone", area.path as "areaPath", provider.id as "providerId"
    from caregiver join provider on provider.id = caregiver.provider_id join area on area.id = provider.area_id
    where caregiver.id = ${id}::uuid and ${providersOf(scope)}`
  if (!place) throw new Refusal('not-found')
  return place
}

/** All a caregiver was found fit by, the newest first, and how that stands today. Refuses `not-found`. */
export async function readCredentials(scope: Scope, db: Db, caregiverId: string, now: Date): Promise<CredentialFile> {
  const { timeZone } = await readCaregiverPlace(scope, db, caregiverId)
  const rows = await db.credential.findMany({
    where: { caregiverId },
    select: shown,
    orderBy: [{ issuedOn: 'desc' }, { id: 'desc' }],
  })
  const day = todayIn(timeZone, now)
  const items = rows.flatMap((row) => (isCredentialKind(row.kind) ? [toCredential(row, row.kind)] : []))
  const held = items.map((one): Credential => ({ ...one, withdrawn: one.withdrawn !== null }))
  const fitness = fitToSend(held, [], day)
  return {
    day,
    fit: fitness.fit,
    missing: fitness.fit ? [] : fitness.missing,
    standings: standings(held, day).map(({ kind, standing }) => toStanding(kind, standing)),
    items,
  }
}

function toCredential(row: Row, kind: CredentialKind): CredentialRow {
  const { id, title, number, documentType, enteredAt, enteredBy, withdrawnAt, withdrawnBy, withdrawnReason } = row
  return {
    id,
    kind,
    title,
    number,
    issuedOn: dayOf(row.issuedOn) ?? '',
    expiresOn: dayOf(row.expiresOn),
    document: documentType,
    enteredAt: enteredAt.toISOString(),
    enteredBy,
    withdrawn: withdrawnAt && { at: withdrawnAt.toISOString(), by: withdrawnBy, reason: withdrawnReason },
  }
}

/** The paper of a credential. Refuses `not-found` outside the scope, or where there is none. */
export async function readDocument(
  scope: Scope,
  db: Db,
  id: string,
): Promise<{ type: DocumentType; bytes: Uint8Array }> {
  const row = await db.credential.findFirst({
    where: { id },
    select: { caregiverId: true, documentType: true, document: true },
  })
  const type = documentTypes.find((one) => one === row?.documentType)
  if (!row?.document || type === undefined) throw new Refusal('not-found')
  await readCaregiverPlace(scope, db, row.caregiverId)
  return { type, bytes: row.document }
}
