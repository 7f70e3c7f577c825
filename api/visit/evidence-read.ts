import type { Scope } from '@anju/domain/access/scope'
import { isProvidersOwn } from '@anju/domain/access/role'
import { bodyDigest } from '@anju/domain/evidence/chain'
import { readBody } from '@anju/domain/evidence/verify-chain'
import { ERASED, type Receipt, type VisitExport, type VisitPayload } from '@anju/domain/evidence/visit-export'
import { FOLDER } from '@anju/prisma/anchor/apply'
import { readDays, readRoot } from '@anju/prisma/evidence/roots'
import { rawOf } from '@anju/prisma/presence/raw'
import type { Db } from '@anju/prisma/reads'
import { readException, readExceptions } from '../visit-exception/read.ts'
import { readVisit } from './read.ts'
import { visitsWithin } from './row.ts'

/** More than any visit has. */
const EXCEPTIONS_AT_MOST = 200

interface ChainRow {
  n: number
  body: Uint8Array
  hash: Uint8Array
  previous: Uint8Array
}

/** Everything about one visit, and what proves it. Refuses `not-found` outside the scope. */
export async function readVisitEvidence(scope: Scope, db: Db, visitId: string, now: Date): Promise<VisitPayload> {
  // whoever else is visited there is another elder's affair
  const { can: _can, joint: _joint, ...detail } = await readVisit(scope, db, visitId)
  const elderId = detail.elder.id
  const piece = await readPiece(scope, db, { visitId, elderId })
  const where = { visit: { AND: [visitsWithin(scope), { id: visitId }] } }
  const raws = new Map((await db.presence.findMany({ where })).map((row) => [row.id, row]))
  const files = await db.visitFile.findMany({ where, orderBy: [{ receivedAt: 'asc' }, { id: 'asc' }] })
  return {
    demo: await isDemo(db, visitId),
    exported: { at: now.toISOString(), by: scope.userId ?? 'program' },
    record: asJson({
      ...detail,
      presences: detail.presences.map((presence) => {
        const row = raws.get(presence.id)
        return { ...presence, raw: row && rawOf(row), verification: row?.verification }
      }),
      exceptions: await readFound(scope, db, visitId),
      erasures: await readErasures(db, piece.own),
    }),
    files: files.map(({ id, type, digest, bytes }) => ({
      id,
      type,
      sha256: hex(digest),
      base64: bytes === null ? null : Buffer.from(bytes).toString('base64'),
    })),
    chain: {
      elder: elderId,
      previous: hex(piece.rows[0]?.previous ?? new Uint8Array(32)),
      entries: piece.rows.map(({ n, body, hash }) => ({
        n,
        hash: hex(hash),
        ...(piece.own.has(n) ? { body: textOf(body) } : { digest: hex(bodyDigest(body)) }),
      })),
      contents: await readContents(db, piece.own),
    },
    roots: await readRoots(db, elderId, piece.rows),
  }
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8')

/** As it is written: dates as text, nothing undefined. */
function asJson(value: object): Record<string, unknown> {
  const written: unknown = JSON.parse(JSON.stringify(value))
  return written !== null && typeof written === 'object' ? { ...written } : {}
}

type Body = NonNullable<ReturnType<typeof readBody>>

/**
 * The elder's chain from the visit's first entry to the head under which its last is sealed; `own`: what is the
 * visit's, and this reader's to see. Of all others the digest alone is shown.
 */
async function readPiece(
  scope: Scope,
  db: Db,
  { visitId, elderId }: { visitId: string; elderId: string },
): Promise<{ rows: ChainRow[]; own: Map<number, Body> }> {
  const rows = await db.$queryRaw<ChainRow[]>`
    select n, body, hash, previous from evidence where elder_id = ${elderId}::uuid order by n`
  const own = new Map<number, Body>()
  for (const { n, body } of rows) {
    const read = readBody(textOf(body))
    if (read?.body['visitId'] === visitId && isToldTo(scope, read)) own.set(n, read)
  }
  const [first, last] = [Math.min(...own.keys()), Math.max(...own.keys())]
  if (own.size === 0) return { rows: [], own }
  const [sealed] = await db.$queryRaw<{ n: number }[]>`
    select n from evidence_head where elder_id = ${elderId}::uuid and n >= ${last} order by n limit 1`
  return { rows: rows.filter(({ n }) => n >= first && n <= (sealed?.n ?? last)), own }
}

/** That nobody answered 12349 is not the provider's to know (P5.5). */
const isToldTo = (scope: Scope, { body }: Body): boolean =>
  !(isProvidersOwn(scope.role) && body['kind'] === 'feedback-not-reached')

async function readContents(db: Db, own: ReadonlyMap<number, Body>): Promise<VisitExport['chain']['contents']> {
  const digests = [...own.values()]
    .flatMap(({ personal }) => Object.values(personal))
    .map((one) => Buffer.from(one, 'hex'))
  const rows = await db.$queryRaw<{ digest: Uint8Array; salt: Uint8Array; content: Uint8Array }[]>`
    select digest, salt, content from evidence_content where digest = any(${digests}) order by digest`
  return rows.map(({ digest, salt, content }) => ({ digest: hex(digest), salt: hex(salt), content: textOf(content) }))
}

/** The days that sealed some of this piece, each with the way from the elder's head to its root. */
async function readRoots(db: Db, elderId: string, rows: readonly ChainRow[]): Promise<VisitPayload['roots']> {
  const [from, to] = [rows[0]?.n ?? 0, rows.at(-1)?.n ?? 0]
  const roots: VisitPayload['roots'] = []
  for (const sealed of await readDays(db, { elderId, from, to })) {
    roots.push({ ...(await readRoot(db, sealed, [elderId])), handed: await readHanded(db, sealed.day) })
  }
  return roots
}

/** Who was given a day's root, and when. */
async function readHanded(db: Db, day: string): Promise<Receipt[]> {
  const rows = await db.$queryRaw<{ at: Date; way: string; recipient: string; digest: Uint8Array }[]>`
    select attempt.at, attempt.way, attempt.recipient, attempt.digest
    from anchor join anchor_attempt attempt on attempt.id = anchor.attempt_id
    where anchor.day = ${day}::date order by attempt.at, attempt.id`
  return rows.map(({ at, way, recipient, digest }) => ({
    at: at.toISOString(),
    how: way === FOLDER ? 'folder' : 'email',
    to: recipient,
    sha256: hex(digest),
  }))
}

async function readFound(scope: Scope, db: Db, visitId: string): Promise<object[]> {
  const asked = { show: 'all', visitId, limit: EXCEPTIONS_AT_MOST } as const
  const none = {
    rule: undefined,
    severity: undefined,
    providerId: undefined,
    areaId: undefined,
    mark: undefined,
    from: undefined,
    to: undefined,
  }
  const { items } = await readExceptions(scope, db, { ...asked, ...none })
  const found: object[] = []
  for (const { id } of items) {
    const { can: _can, visit: _visit, ...exception } = await readException(scope, db, id)
    found.push(exception)
  }
  return found
}

/** What was deleted lawfully, with the name of who did it. */
async function readErasures(db: Db, own: ReadonlyMap<number, Body>): Promise<object[]> {
  const erased = [...own].filter(([, { kind }]) => kind === ERASED)
  const by = erased.map(([, { body }]) => String(body['by']))
  const users = await db.appUser.findMany({ where: { id: { in: by } }, select: { id: true, name: true } })
  return erased.map(([n, { at, body }]) => ({
    n,
    at,
    ground: body['ground'],
    by: users.find(({ id }) => id === body['by']) ?? null,
  }))
}

async function isDemo(db: Db, visitId: string): Promise<boolean> {
  const rows = await db.$queryRaw<unknown[]>`
    select id from visit where id = ${visitId}::uuid
      and starts_with(area_path, (select value->>'areaPath' from setting where key = 'demo-county'))`
  return rows.length > 0
}
