import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex } from '@noble/hashes/utils.js'
import { canonicalJson } from '../canonical.ts'
import { bodyDigest, commit, GENESIS, nextEntry, type Commitment, type Entry, type EvidenceFact } from './chain.ts'
import { writeRoot } from './export.ts'
import { inOrder, publicKeyOf, rootOf, signRoot } from './root.ts'
import type { VisitPayload } from './visit-export.ts'

export const SECRET = new Uint8Array(32).fill(1)
export const PUBLIC = publicKeyOf(SECRET)
export const VISIT = '01935000-0000-7000-8000-000000000001'
const ELDER = '01935000-0000-7000-8000-00000000000a'
const STRANGER = '01935000-0000-7000-8000-00000000000b'
const CAREGIVER = { id: '01935000-0000-7000-8000-0000000000c1', name: '李护工' }
const at = (minute: number) => new Date(Date.UTC(2026, 10, 30, 1, minute)).toISOString()
const id = (n: number) => `01935000-0000-7000-8000-0000000001${String(n).padStart(2, '0')}`

/** One pixel. */
const PHOTO = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
const PHOTO_SHA256 = bytesToHex(sha256(Buffer.from(PHOTO, 'base64')))

const steps = [
  { kind: 'began', body: { presenceId: id(20), part: 'begin', grade: 'proved', inQuestion: false } },
  { kind: 'served', body: { services: [{ id: id(30), done: true, conditions: {} }] } },
  { kind: 'file', body: { fileId: id(40), kind: 'photo', type: 'image/png', digest: PHOTO_SHA256 } },
  { kind: 'evaluated', body: { face: 'good', said: '很好', signed: { how: 'thumb', witness: '邻居王姨' } } },
  { kind: 'left', body: { presenceId: id(21), part: 'end', grade: 'supported', inQuestion: false } },
].map((step, i) => ({
  ...step,
  id: id(i),
  at: at(i * 15),
  deviceAt: i === 3 ? at(i * 15 - 2) : null,
  corrects: null,
  user: CAREGIVER,
}))
const presences = [0, 1].map((i) => ({
  id: id(20 + i),
  part: i === 0 ? 'begin' : 'end',
  grade: i === 0 ? 'proved' : 'supported',
  reasons: [{ code: 'tag-confirmed', effect: 'supports' }],
  raw: {
    id: id(20 + i),
    way: 'tag',
    at: at(i * 60),
    uid: '04DE5F1EACC040',
    counter: 61 + i,
    position: i === 0 ? { lon: 110.99, lat: 21.91, accuracyM: 12, system: 'GCJ-02' } : null,
    note: '',
  },
}))

export interface Made {
  payload: VisitPayload
  /** Digest of what the chain keeps under a name, by the name and which one. */
  digest(name: string, which: number): string
}

/**
 * A visit as an installation would export it: five steps, two ends, a photo, another's entry between them, two days.
 * `endsApart`: as it was until December 2026, an end in an entry of its own before its step.
 */
export function visitPayload(more: readonly EvidenceFact[] = [], { endsApart = false } = {}): Made {
  const commitments: Commitment[] = []
  const entries: Entry[] = []
  const add = ({ elderId, kind, at: when, body, personal = {} }: EvidenceFact): void => {
    const own = Object.entries(personal).map(([name, content]) =>
      commit(name, content, sha256(new Uint8Array([commitments.length, 7]))),
    )
    commitments.push(...own)
    entries.push(nextEntry(entries.at(-1) ?? null, { elderId, kind, at: when, body, personal }, own))
  }
  const fact = (kind: string, when: string, body: object, personal: Record<string, string> = {}): EvidenceFact => ({
    elderId: ELDER,
    kind,
    at: new Date(when),
    body: { visitId: VISIT, state: 'in-service', ...body },
    personal,
  })
  add({ ...fact('alarm-resolved', at(0), {}), body: { alarmId: id(90) } }) // another's affair
  for (const step of steps) {
    const { user, ...said } = step
    const end = presences.find(({ id: presenceId }) => 'presenceId' in step.body && step.body.presenceId === presenceId)
    const facts = end && { presenceId: end.id, part: end.part, grade: end.grade }
    const raw = end && { raw: canonicalJson(end.raw) }
    const entry = canonicalJson({ ...said, userId: user.id })
    if (facts && endsApart) add(fact('visit-presence', step.at, facts, raw))
    const beside = endsApart ? {} : { facts, raw }
    const body = { ...beside.facts, entryId: step.id, kind: step.kind }
    add(fact('visit-entry', step.at, body, { ...beside.raw, entry }))
    if (step.kind === 'file') add({ ...fact('alarm-resolved', step.at, {}), body: { alarmId: id(91) } })
  }
  for (const one of more) add(one)
  const stranger = { elderId: STRANGER, n: 3, hash: new Uint8Array(32).fill(3) }
  const day = (name: string, head: Entry) => {
    const root = rootOf(name, [head, stranger])
    return { ...root, signature: signRoot(root, SECRET), sealedHeads: inOrder([head, stranger]) }
  }
  const text = new TextDecoder()
  const isOwn = ({ body }: Entry) => text.decode(body).includes(VISIT)
  const segment = entries.slice(entries.findIndex(isOwn))
  return {
    digest: (name, which) => bytesToHex(commitments.filter((one) => one.name === name)[which]?.digest ?? GENESIS),
    payload: {
      demo: true,
      exported: { at: at(600), by: '01935000-0000-7000-8000-0000000000f1' },
      record: {
        id: VISIT,
        elder: { id: ELDER, name: '张桂英' },
        state: 'left',
        minutes: 60,
        entries: steps,
        presences,
      },
      files: [{ id: id(40), type: 'image/png', sha256: PHOTO_SHA256, base64: PHOTO }],
      chain: {
        elder: ELDER,
        previous: bytesToHex(segment[0]?.previous ?? GENESIS),
        entries: segment.map((entry) => ({
          n: entry.n,
          hash: bytesToHex(entry.hash),
          ...(isOwn(entry) ? { body: text.decode(entry.body) } : { digest: bytesToHex(bodyDigest(entry.body)) }),
        })),
        contents: commitments.map(({ digest, salt, content }) => ({
          digest: bytesToHex(digest),
          salt: bytesToHex(salt),
          content: text.decode(content),
        })),
      },
      roots: [day('2026-11-30', segment[3] ?? segment[0]!), day('2026-12-01', segment.at(-1)!)].map((sealed) => ({
        ...writeRoot(sealed, new Set([ELDER])),
        handed: [{ at: at(700), how: 'folder' as const, to: 'bureau', sha256: PHOTO_SHA256 }],
      })),
    },
  }
}
