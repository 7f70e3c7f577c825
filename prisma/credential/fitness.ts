import { Refusal } from '@anju/domain/error'
import { type Credential, type Fitness, fitToSend, isCredentialKind } from '@anju/domain/visit/credential'
import type { Tx } from '../tx.ts'

/**
 * Whether a caregiver may be sent to give these services on a day ('YYYY-MM-DD'), by the rule of `domain/visit`, and
 * if not, all that is missing (P1.1). Whoever leaves has no contract of employment from that day on. Whose caregiver it
 * is, the caller has asked. Refuses `not-found` for a caregiver or service there is not.
 */
export async function loadFitness(
  tx: Pick<Tx, 'query'>,
  { caregiverId, serviceIds, day }: { caregiverId: string; serviceIds: readonly string[]; day: string },
): Promise<Fitness> {
  const [caregiver] = await tx.query<{ leftOn: string | null }>(
    `select (caregiver.left_at at time zone area.time_zone)::date as "leftOn"
     from caregiver join provider on provider.id = caregiver.provider_id join area on area.id = provider.area_id
     where caregiver.id = $1`,
    [caregiverId],
  )
  if (!caregiver) throw new Refusal('not-found', 'There is no such caregiver.')
  const services = await tx.query<{ id: string; credentials: string[] }>(
    'select id, credentials from service where id = any ($1)',
    [serviceIds],
  )
  if (services.length < new Set(serviceIds).size) throw new Refusal('not-found', 'There is no such service.')
  const held = await loadCredentials(tx, caregiverId, caregiver.leftOn)
  const asked = services.map(({ id, credentials }) => ({ id, credentials: credentials.filter(isCredentialKind) }))
  return fitToSend(held, asked, day)
}

/** Refuses `not-fit-to-send` with all that is missing, where `loadFitness` says so. */
export async function requireFit(tx: Tx, asked: Parameters<typeof loadFitness>[1]): Promise<void> {
  const fitness = await loadFitness(tx, asked)
  if (!fitness.fit) throw new Refusal('not-fit-to-send', undefined, { missing: fitness.missing })
}

async function loadCredentials(
  tx: Pick<Tx, 'query'>,
  caregiverId: string,
  leftOn: string | null,
): Promise<Credential[]> {
  // The last day of employment is the day before the one of leaving.
  const rows = await tx.query<{ kind: string; issuedOn: string; expiresOn: string | null; withdrawn: boolean }>(
    `select kind, issued_on as "issuedOn",
            case when kind = 'contract' then least(expires_on, $2::date - 1) else expires_on end as "expiresOn",
            withdrawn_at is not null as withdrawn
     from credential where caregiver_id = $1 order by issued_on, id`,
    [caregiverId, leftOn],
  )
  return rows.flatMap(({ kind, ...rest }) => (isCredentialKind(kind) ? [{ kind, ...rest }] : []))
}
