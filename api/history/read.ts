import type { Scope } from '@anju/domain/access/scope'
import { Refusal } from '@anju/domain/error'
import type { RecordChange } from '@anju/prisma/generated/client'
import { UNDO } from '@anju/prisma/history/last'
import type { Db } from '@anju/prisma/reads'
import { readCallPlace } from '../call/read.ts'
import { readService } from '../catalogue/read.ts'
import { readContractPlace } from '../contract/read.ts'
import { readCaregiverPlace } from '../credential/read.ts'
import { readSession } from '../group-session/read.ts'
import { readDevicePlace } from '../device/read.ts'
import { readElderPlace, readHomePlace } from '../elder/read.ts'
import { after, pageOf, type Mark, type Page } from '../page.ts'
import { readReferralPlace } from '../referral/read.ts'
import type { Change } from './schema.ts'

/** Changes of a file, newest first; of an elder with those of the entries merged into hers. Refuses `not-found`. */
export async function readHistory(
  scope: Scope,
  db: Db,
  { subject, mark, limit }: { subject: string; mark: Mark | undefined; limit: number },
): Promise<Page<Change>> {
  const subjects = await readSubjects(scope, db, subject)
  const rows = await db.recordChange.findMany({
    where: { subject: { in: subjects }, ...after('at', mark) },
    include: withUser,
    orderBy: newest,
    take: limit + 1,
  })
  return pageOf(rows, limit, (row) => row, toChange)
}

/** Whose the last change of a file was; null when nobody has changed it. */
export async function readLastChange(scope: Scope, db: Db, subject: string): Promise<Change | null> {
  const subjects = await readSubjects(scope, db, subject)
  const row = await db.recordChange.findFirst({
    where: { subject: { in: subjects } },
    include: withUser,
    orderBy: newest,
  })
  return row && toChange(row)
}

const withUser = { user: { select: { id: true, name: true } } }
const newest = [{ at: 'desc' as const }, { id: 'desc' as const }]

async function readSubjects(scope: Scope, db: Db, subject: string): Promise<string[]> {
  const [kind = '', id = ''] = subject.split(/:(.*)/s)
  if (kind === 'device') {
    await readDevicePlace(scope, db, id)
    return [subject]
  }
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)) throw new Refusal('not-found')
  if (kind === 'elder') return (await readElderPlace(scope, db, id)).elderIds.map((each) => `elder:${each}`)
  await (places[kind] ?? readHomePlace)(scope, db, id)
  return [subject]
}

/** Who may see the thing may see its history; each refuses `not-found` outside the scope. */
const places: Readonly<Record<string, (scope: Scope, db: Db, id: string) => Promise<unknown>>> = {
  call: readCallPlace,
  referral: readReferralPlace,
  service: readService,
  contract: readContractPlace,
  caregiver: readCaregiverPlace,
  'group-session': readSession,
}

function toChange(row: RecordChange & { user: { id: string; name: string } | null }): Change {
  const { id, subject, action, reason, user } = row
  return {
    id,
    at: row.at.toISOString(),
    user,
    subject,
    action,
    before: fields(row.before),
    after: fields(row.after),
    reason,
  }
}

function fields(json: unknown): Record<string, unknown> {
  if (typeof json !== 'object' || json === null) return {}
  return Object.fromEntries(Object.entries(json).filter(([field]) => field !== UNDO))
}
