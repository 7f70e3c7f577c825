import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import { expect, it, describe } from 'vitest'
import { canonicalJson } from '../canonical.ts'
import { entryHash } from './chain.ts'
import { isSigned, publicKeyOf, rootOf, signRoot } from './root.ts'
import { copyOf, readCopies } from './second-copy.ts'
import { verifyVisit, type VisitVerification } from './verify-visit.ts'
import { isSealed, writeVisitExport, type VisitExport } from './visit-export.ts'
import { PUBLIC, SECRET, VISIT, visitPayload } from './visit-export.fixture.ts'

const { payload } = visitPayload()
const bytes = writeVisitExport(payload, SECRET)
const text = new TextDecoder().decode(bytes)

/** Signatures that were looked at before need no second look: a change is one of many, the rest stays as it was. */
function remembering<Args extends unknown[]>(ask: (...args: Args) => boolean): (...args: Args) => boolean {
  const known = new Map<string, boolean>()
  return (...args) => {
    const about = JSON.stringify(args, (_, value: unknown) =>
      value instanceof Uint8Array
        ? bytesToHex(value)
        : value !== null && typeof value === 'object' && 'digests' in value
          ? { ...value, digests: null }
          : value,
    )
    const answer = known.get(about) ?? ask(...args)
    known.set(about, answer)
    return answer
  }
}
const remembered = { signed: remembering(isSigned), sealed: remembering(isSealed) }

/** Something changed in the file, written again as a careful forger would. */
function forged(change: (file: VisitExport) => void): Uint8Array {
  const file = JSON.parse(text) as VisitExport
  change(file)
  return utf8ToBytes(canonicalJson(file))
}

/** Changed before it was exported: the installation signs what it then reads in its own tables. */
function rewritten(change: (record: VisitExport) => void): Uint8Array {
  const own = structuredClone(payload) as unknown as VisitExport
  change(own)
  return writeVisitExport(own as unknown as typeof payload, SECRET)
}

const said = (file: Uint8Array, copies: Parameters<typeof verifyVisit>[1] = {}): string[] =>
  verifyVisit(file, { publicKey: PUBLIC, ...copies }).findings.map(({ path, code }) => `${code} ${path}`)

describe('a visit’s evidence', () => {
  it('is whole as it was exported, and says how much of it the chain proves and how far it is sealed', () => {
    expect(verifyVisit(bytes, { publicKey: PUBLIC })).toMatchObject({
      whole: true,
      findings: [],
      of: { visit: VISIT, keyGiven: true },
      steps: { all: 5, proved: 5 },
      ends: { all: 2, proved: 2 },
      files: { all: 1, proved: 1 },
      chain: { first: 2, last: 7, sealed: 7 },
      days: [{ day: '2026-11-30', copy: 'none' }, { day: '2026-12-01' }],
      erased: [],
    } satisfies Partial<Record<keyof VisitVerification, unknown>>)
    expect(text).not.toContain('alarm-resolved') // others' entries are not in it
  })

  it('chained as it was until December 2026, each end apart from its step, it is whole and proves as much', () => {
    const older = visitPayload([], { endsApart: true })
    const file = writeVisitExport(older.payload, SECRET)
    expect(verifyVisit(file, { publicKey: PUBLIC })).toMatchObject({
      whole: true,
      steps: { all: 5, proved: 5 },
      ends: { all: 2, proved: 2 },
      files: { all: 1, proved: 1 },
      chain: { first: 2, last: 9, sealed: 9 },
    } satisfies Partial<Record<keyof VisitVerification, unknown>>)
    for (const [i, { content }] of older.payload.chain.contents.entries()) {
      const own = structuredClone(older.payload)
      own.chain.contents[i]!.content = content.replace(/.$/, ' ')
      expect(said(writeVisitExport(own, SECRET))).toContain(`content-altered chain.contents[${i}]`)
    }
  })

  it('every single byte changed, anywhere, is found', () => {
    const changed = bytes.slice()
    const unseen: number[] = []
    for (const [place, kept] of bytes.entries()) {
      changed[place] = kept ^ (1 + ((place * 37) % 255))
      if (verifyVisit(changed, { publicKey: PUBLIC, ...remembered }).whole) unseen.push(place)
      changed[place] = kept
    }
    expect(unseen).toEqual([])
  }, 300_000)

  it('every single field changed is named by its own path', () => {
    const { seal: _, ...fields } = JSON.parse(text) as VisitExport
    const places: { path: string; set: (file: VisitExport) => void }[] = []
    const walk = (path: string, value: unknown, at: (file: VisitExport) => Record<string, unknown>, key: string) => {
      if (value !== null && typeof value === 'object') {
        const list = Array.isArray(value)
        for (const [name, one] of Object.entries(value)) {
          const within = list ? `${path}[${name}]` : path === '' ? name : `${path}.${name}`
          walk(within, one, (file) => (key === '' ? file : at(file)[key]) as Record<string, unknown>, name)
        }
        return
      }
      places.push({ path, set: (file) => (at(file)[key] = other(value)) })
    }
    walk('', fields, (file) => file, '')
    expect(places.length).toBeGreaterThan(120)
    for (const { path, set } of places) {
      const findings = verifyVisit(forged(set), { publicKey: PUBLIC, ...remembered }).findings
      // a changed form (another format, a hash that is none) is named by the form itself
      const named = findings.some(
        (one) =>
          one.path === path || (one.code === 'not-an-export' && one.detail.includes(path.split(/[.[]/)[0] ?? '')),
      )
      expect([path, named]).toEqual([path, true])
    }
  }, 120_000)

  it('a cut-off file, a space more and another order of fields are no export as it was written', () => {
    for (const file of [text.slice(0, -1), text.slice(0, 5000), ` ${text}`, `${text}\n`, '']) {
      expect(said(utf8ToBytes(file))).toEqual(['not-an-export '])
    }
    const { seal, ...rest } = JSON.parse(text) as VisitExport
    expect(said(utf8ToBytes(JSON.stringify({ seal, ...rest })))).toEqual(['not-an-export '])
  })

  it('a step taken out, put in or moved is named', () => {
    const entries = (file: VisitExport) => file.record['entries'] as object[]
    expect(said(forged((file) => entries(file).splice(4, 1)))).toContain('field-removed record.entries[4].kind')
    expect(said(forged((file) => entries(file).push({ id: 'x' })))).toContain('field-added record.entries[5].id')
    expect(said(forged((file) => entries(file).reverse()))).toEqual(['list-reordered record.entries'])
    expect(said(forged((file) => file.chain.entries.splice(2, 1)))).toContain('chain-order chain.entries[2].n')
    expect(said(forged((file) => file.chain.entries.reverse()))).toContain('list-reordered chain.entries')
  })
})

describe('what was changed before the export, with the key at hand', () => {
  it('a step or a raw fact altered in its table differs from what was chained', () => {
    const step = rewritten(({ record }) =>
      Object.assign((record['entries'] as { at: string }[])[1]!, { at: '2026-11-30T00:00:00.000Z' }),
    )
    expect(said(step)).toEqual(['record-differs record.entries[1].at'])
    const raw = rewritten(({ record }) =>
      Object.assign((record['presences'] as { raw: object }[])[0]!.raw, { counter: 1 }),
    )
    expect(said(raw)).toEqual(['record-differs record.presences[0].raw.counter'])
    expect(said(rewritten(({ record }) => (record['entries'] as object[]).pop()))).toEqual(['record-differs record'])
  })

  it('another picture under the old digest is found, and one with a new digest is not proved', () => {
    const other = rewritten(({ files }) => Object.assign(files[0]!, { base64: 'AAAA' }))
    expect(said(other)).toEqual(['file-altered files[0].base64'])
    const both = rewritten(({ files }) =>
      Object.assign(files[0]!, {
        base64: '',
        sha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
      }),
    )
    expect(verifyVisit(both).files).toEqual({ all: 1, proved: 0 })
  })

  it('a chain rewritten to fit is not what was sealed, and one sealed anew is not what the second party holds', () => {
    const fitted = (file: VisitExport) => {
      let previous = Buffer.from(file.chain.previous, 'hex') as Uint8Array
      for (const entry of file.chain.entries) {
        if (entry.body !== undefined) {
          entry.body = entry.body.replace('"grade":"supported"', '"grade":"proved"')
          previous = entryHash(previous, utf8ToBytes(entry.body))
          entry.hash = bytesToHex(previous)
        } else previous = Buffer.from(entry.hash, 'hex')
      }
    }
    expect(said(rewritten(fitted))).toContain('day-invalid roots[1]')
    const copies = payload.roots.flatMap(({ day, heads, root, signature }) =>
      readCopies(
        copyOf({ day, heads, root: Buffer.from(root, 'hex'), signature: Buffer.from(signature, 'hex') }, PUBLIC).text,
      ),
    )
    expect(verifyVisit(bytes, { copies })).toMatchObject({
      whole: true,
      days: [{ copy: 'agrees' }, { copy: 'agrees' }],
    })
    const anew = rewritten(({ roots }) => {
      const { n, hash } = payload.chain.entries.at(-1)!
      const head = { elderId: payload.chain.elder, n, hash: Buffer.from(hash, 'hex') }
      const root = rootOf('2026-12-01', [head])
      const signature = bytesToHex(signRoot(root, SECRET))
      const proofs = [{ elder: head.elderId, n, hash, index: 0, path: [] }]
      Object.assign(roots[1]!, { heads: 1, root: bytesToHex(root.root), signature, proofs })
    })
    expect(said(anew)).toEqual([])
    expect(said(anew, { copies })).toEqual(['second-copy-differs roots[1].root'])
  })

  it('signed by another key it is not this installation’s', () => {
    const other = new Uint8Array(32).fill(2)
    expect(said(writeVisitExport(payload, other))).toEqual(['seal-invalid key', 'seal-invalid seal.signature'])
    expect(said(bytes, { publicKey: publicKeyOf(other) })).toContain('day-invalid roots[0]')
  })
})

describe('lawful deletion', () => {
  const { digest } = visitPayload()
  const gone = [digest('entry', 3)]
  const erased = (declared: boolean): Uint8Array => {
    const at = new Date('2026-12-05T02:00:00.000Z')
    const body = { visitId: VISIT, digests: gone, by: 'u1', ground: 'request' }
    const more = declared ? [{ elderId: payload.chain.elder, kind: 'erased', at, body }] : []
    const own = visitPayload(more).payload
    const contents = own.chain.contents.filter((content) => !gone.includes(content.digest))
    const record = structuredClone(own.record)
    Object.assign((record['entries'] as { body: object }[])[3]!, { body: { erased: true } })
    return writeVisitExport({ ...own, record, chain: { ...own.chain, contents } }, SECRET)
  }

  it('leaves the chain whole, and is said with its day, who did it and why', () => {
    const verified = verifyVisit(erased(true), { publicKey: PUBLIC })
    expect(verified).toMatchObject({
      whole: true,
      steps: { all: 5, proved: 4 },
      erased: [{ kind: 'visit-entry', name: 'entry', at: '2026-12-05T02:00:00.000Z', by: 'u1', ground: 'request' }],
    })
    expect(new TextDecoder().decode(erased(true))).not.toContain('很好')
  })

  it('that nobody declared is no lawful one', () => {
    expect(said(erased(false))).toEqual(['content-missing chain.contents'])
  })
})

/** Another value of the same kind. */
function other(value: unknown): unknown {
  if (typeof value === 'number') return value + 1
  if (typeof value === 'boolean') return !value
  if (typeof value !== 'string') return 'something'
  const last = value.at(-1) ?? ''
  return value === '' ? 'x' : value.slice(0, -1) + (last === '0' ? '1' : '0')
}
