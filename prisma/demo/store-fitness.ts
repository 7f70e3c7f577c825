import { ANNEX_SOURCE, COUNTY_ANNEX } from '@anju/domain/visit/catalogue'
import { CREDENTIAL_KINDS, type CredentialKind, HELD_BY_ALL } from '@anju/domain/visit/credential'
import type { Tx } from '../tx.ts'
import { type County, DAY_MS, hour, localDay, midnight, type PlannedCaregiver } from './plan.ts'
import { Random } from './random.ts'

const VILLAGE = '柳树村'
/** Caregivers, by their place in the county's list, whose papers are not as they should be. */
const RUNS_OUT = [2, 9, 21]
const RAN_OUT = 11
export const WITHOUT_CHECK = 25
/** The certificate that the demo's bureau asks for rehabilitation nursing, and of whom one in so many holds it. */
const CERTIFICATE = { code: '9', kind: 'rehabilitation-certificate', oneIn: 5 } as const

/** Who may be sent, by which contract, to give which service; and what was done at the village hall. */
export async function storeFitness(
  tx: Tx,
  county: County,
  { areas, areaId, towns }: { areas: ReadonlyMap<string, string>; areaId: string; towns: readonly string[] },
): Promise<void> {
  const village = areas.get(VILLAGE) ?? areaId
  storeCatalogue(tx, county, areaId)
  storeContracts(tx, county, { towns, village })
  storeCredentials(tx, county)
  storeKinAndSessions(tx, county, village)
  await tx.flush()
}

function storeCatalogue(tx: Tx, county: County, areaId: string): void {
  const at = new Date(county.base.getTime() - 400 * DAY_MS)
  for (const { code, category, name, note, conditions, photos } of COUNTY_ANNEX) {
    const asked = code === CERTIFICATE.code ? [CERTIFICATE.kind] : []
    tx.send(
      `insert into service (id, area_id, code, category, name, note, conditions, credentials, photos, source, made_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
      [serviceId(county.seed, code), areaId, code, category, name, note, conditions, asked, photos, ANNEX_SOURCE, at],
    )
  }
}

/** The same service has the same id whenever it is asked for. */
export const serviceId = (seed: string, code: string): string => new Random(seed, `service ${code}`).id(new Date(0))

/** What caregivers said of a service's conditions as they gave it: all were met. */
export function saidOfConditions(code: string): Record<string, { met: true; who: string }> {
  const conditions = COUNTY_ANNEX.find((service) => service.code === code)?.conditions ?? []
  return Object.fromEntries(conditions.map((condition) => [condition, { met: true, who: '女儿在场' }]))
}

/** Two serve their towns; the village's own cooperative serves its village (P1.5). */
function storeContracts(
  tx: Tx,
  { seed, base, providers }: County,
  { towns, village }: { towns: readonly string[]; village: string },
): void {
  const random = new Random(seed, 'contracts')
  const at = new Date(base.getTime() - 400 * DAY_MS)
  providers.forEach((provider, i) => {
    const values = [
      ...[random.id(at), provider.id, i === 2 ? village : towns[provider.town], `示例政购〔${i + 1}〕号`],
      ...[localDay(at), localDay(new Date(base.getTime() + 350 * DAY_MS)), at],
    ]
    tx.send(
      `insert into contract (id, provider_id, area_id, number, valid_from, valid_to, made_at)
       values ($1, $2, $3, $4, $5, $6, $7)`,
      values,
    )
  })
}

interface Paper {
  id: string
  caregiverId: string
  kind: CredentialKind
  issuedOn: string
  expiresOn: string | null
  number: string
}

function storeCredentials(tx: Tx, county: County): void {
  const papers = county.caregivers.flatMap((caregiver, i) => papersOf(county, caregiver, i))
  tx.send(
    `insert into credential (id, caregiver_id, kind, number, issued_on, expires_on, entered_at)
     select id, caregiver_id, kind, number, issued_on, expires_on, $7
     from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::date[], $6::date[])
       as c (id, caregiver_id, kind, number, issued_on, expires_on)`,
    [
      papers.map((each) => each.id),
      papers.map((each) => each.caregiverId),
      papers.map((each) => each.kind),
      papers.map((each) => each.number),
      papers.map((each) => each.issuedOn),
      papers.map((each) => each.expiresOn),
      new Date(county.base.getTime() - 20 * DAY_MS),
    ],
  )
}

function papersOf({ seed, base }: County, caregiver: PlannedCaregiver, index: number): Paper[] {
  const random = new Random(seed, `papers ${index}`)
  const day = (days: number): string => localDay(new Date(base.getTime() + days * DAY_MS))
  const paper = (kind: CredentialKind, issuedOn: string, expiresOn: string | null): Paper => ({
    id: random.id(base),
    caregiverId: caregiver.id,
    kind,
    issuedOn,
    expiresOn,
    number: `示例${String(random.whole(1, 999_999)).padStart(6, '0')}`,
  })
  const checkEnds = RUNS_OUT.includes(index) ? 20 : index === RAN_OUT ? -5 : random.whole(60, 330)
  const papers = CREDENTIAL_KINDS.filter((kind) => HELD_BY_ALL[kind] !== undefined).flatMap((kind) => {
    if (kind === 'contract') return [paper(kind, day(-400), day(340))]
    if (kind !== 'medical-check') return [paper(kind, day(-395), null)]
    if (index === WITHOUT_CHECK) return []
    const now = paper(kind, day(checkEnds - 364), day(checkEnds))
    // the one before it, where it was still this one that counted within the three months of history
    return checkEnds > 250 ? [paper(kind, day(checkEnds - 729), day(checkEnds - 365)), now] : [now]
  })
  return index % CERTIFICATE.oneIn === 0 ? [...papers, paper(CERTIFICATE.kind, day(-300), day(800))] : papers
}

function storeKinAndSessions(tx: Tx, { seed, base, providers, caregivers, homes }: County, village: string): void {
  const random = new Random(seed, 'sessions')
  const provider = providers[2]
  const leader = caregivers.find((each) => each.provider === 2 && !each.left)
  const elders = homes
    .filter((home) => home.community === VILLAGE)
    .flatMap((home) => home.elders)
    .filter(({ died, mergedInto }) => died === null && mergedInto === null)
  const [kin] = elders
  if (!provider || !leader || !kin) return
  tx.send(`insert into kinship (id, caregiver_id, elder_id, relation, declared_at) values ($1, $2, $3, '侄女', $4)`, [
    random.id(base),
    leader.id,
    kin.id,
    new Date(base.getTime() - 60 * DAY_MS),
  ])
  const session = (daysAgo: number, title: string, state: string): string => {
    const day = midnight(base, daysAgo)
    const id = random.id(base)
    tx.send(
      `insert into group_session (id, area_id, provider_id, caregiver_id, title, place, planned_from, planned_to, state,
                                  made_at)
       values ($1, $2, $3, $4, $5, '柳树村文化礼堂', $6, $7, $8, $9)`,
      [id, village, provider.id, leader.id, title, hour(day, 9), hour(day, 10.5), state, midnight(base, 14)],
    )
    return id
  }
  const held = session(6, '健康操与唱歌', 'held')
  session(-5, '防诈骗讲座', 'planned')
  tx.send(
    `insert into attendance (session_id, elder_id, noted_at) select $1, elder_id, $3 from unnest($2::uuid[]) as came (elder_id)`,
    [held, elders.slice(0, 9).map(({ id }) => id), hour(midnight(base, 6), 10.5)],
  )
}
