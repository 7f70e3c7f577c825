import fc from 'fast-check'
import { expect, test } from 'vitest'
import { NOTICED_WITHIN_MS, type NoticedSilent, placeSilent, type StandingSilence } from './dark.ts'

const now = new Date('2026-12-01T21:00:00Z')
const ago = (minutes: number) => new Date(now.getTime() - minutes * 60_000)
const device = (id: string, more: Partial<NoticedSilent> = {}): NoticedSilent => ({
  id,
  hubId: null,
  areaId: 'a',
  since: now,
  ...more,
})
const single = (id: string, silent: NoticedSilent[], more: Partial<StandingSilence> = {}): StandingSilence => ({
  id,
  subject: `elder:${id}`,
  cause: 'single',
  areaId: 'a',
  elderId: id,
  devices: silent.map((one) => one.id),
  silent,
  taken: false,
  ...more,
})
const village = (devices: string[], stillSilent: string[]): StandingSilence => ({
  ...single(
    'village',
    stillSilent.map((id) => device(id, { since: ago(30) })),
  ),
  subject: 'community:a',
  cause: 'community',
  devices,
})
const told = (fresh: NoticedSilent[], standing: StandingSilence[], whole: number) =>
  placeSilent(fresh, standing, new Map([['a', whole]]), now).map(({ joins, folds, ...group }) => ({
    ...group,
    joins: joins?.id ?? null,
    folds: folds.map(({ id }) => id),
  }))

test('a village that is dark takes whatever falls silent in it later', () => {
  const dark = village(['1', '2', '3', '4'], ['1', '2'])
  expect(told([device('9')], [dark], 40)).toEqual([
    { cause: 'community', ref: 'a', devices: ['9'], joins: 'village', folds: [] },
  ])
})

test('once most of it speaks again the alarm latches, and a later one has a cause of its own', () => {
  const over = village(['1', '2', '3', '4'], ['1'])
  expect(told([device('9')], [over], 40)).toEqual([
    { cause: 'device', ref: '9', devices: ['9'], joins: null, folds: [] },
  ])
  // dark anew: it is the open alarm's, as a village has one
  expect(told([device('7'), device('8'), device('9')], [over], 6)).toEqual([
    { cause: 'community', ref: 'a', devices: ['7', '8', '9'], joins: 'village', folds: [] },
  ])
})

test('singles of the same hour make a village dark with later ones, and are folded into its alarm', () => {
  const [one, two] = [single('s1', [device('1', { since: ago(9) })]), single('s2', [device('2', { since: ago(59) })])]
  expect(told([device('3')], [one, two], 6)).toEqual([
    { cause: 'community', ref: 'a', devices: ['1', '2', '3'], joins: null, folds: ['s1', 's2'] },
  ])
  expect(told([device('3')], [one, two], 7)).toEqual([
    { cause: 'device', ref: '3', devices: ['3'], joins: null, folds: [] },
  ])
})

test('what was silent before, speaks again, stands elsewhere or is a person’s already is not folded', () => {
  const fresh = [device('6'), device('7'), device('8')]
  const before = single('s1', [device('1', { since: new Date(now.getTime() - NOTICED_WITHIN_MS) })])
  const back = single('s2', [], { devices: ['2'] })
  const elsewhere = single('s3', [device('3', { areaId: 'b', since: ago(5) })])
  const older = single('s4', [device('4', { since: ago(5) })], { devices: ['4', 'x'] })
  const taken = single('s5', [device('5', { since: ago(5) })], { taken: true })
  expect(told(fresh, [before, back, elsewhere, older, taken], 8)).toEqual([
    // those of the hour are listed, also where their own alarm stays
    { cause: 'community', ref: 'a', devices: ['4', '5', '6', '7', '8'], joins: null, folds: [] },
  ])
})

test('fewer than three, or less than half of what would show it, is no village', () => {
  const one = single('s1', [device('1', { since: ago(2) })])
  expect(told([device('2')], [one], 2)).toEqual([{ cause: 'device', ref: '2', devices: ['2'], joins: null, folds: [] }])
})

test('a device joins the alarm of its hub that stands silent, unless it was moved away from it', () => {
  const hub = single('s1', [device('h', { since: ago(5) })], { taken: true })
  expect(told([device('x', { hubId: 'h' })], [hub], 40)).toEqual([
    { cause: 'hub', ref: 'h', devices: ['x'], joins: 's1', folds: [] },
  ])
  expect(told([device('x', { hubId: 'h', areaId: 'b' })], [hub], 40)).toEqual([
    { cause: 'device', ref: 'x', devices: ['x'], joins: null, folds: [] },
  ])
  const back = { ...hub, silent: [] }
  expect(told([device('x', { hubId: 'h' })], [back], 40)[0]?.cause).toBe('device')
})

test('a hub noticed after its children takes in their single alarms; what somebody has in hand is listed in both', () => {
  const child = (id: string, minutes: number, more: Partial<NoticedSilent> = {}) =>
    device(id, { hubId: 'h', since: ago(minutes), ...more })
  const [waits, taken] = [single('s1', [child('x', 9)]), single('s2', [child('y', 20)], { taken: true })]
  const before = single('s3', [child('z', 90)])
  const moved = single('s4', [child('m', 9, { areaId: 'b' })])
  const wider = single('s5', [child('w', 9), device('other', { since: ago(9) })])
  expect(told([device('h')], [waits, taken, before, moved, wider], 40)).toEqual([
    { cause: 'hub', ref: 'h', devices: ['h', 'w', 'x', 'y'], joins: null, folds: ['s1'] },
  ])
  // beside a child of the same minute
  expect(told([device('h'), device('c', { hubId: 'h' })], [waits], 40)).toEqual([
    { cause: 'hub', ref: 'h', devices: ['c', 'h', 'x'], joins: null, folds: ['s1'] },
  ])
  // back again, a child tells nothing of its hub
  expect(told([device('h')], [{ ...waits, silent: [] }], 40)).toEqual([
    { cause: 'device', ref: 'h', devices: ['h'], joins: null, folds: [] },
  ])
})

const devices = fc.uniqueArray(
  fc.record({
    id: fc.constantFrom(...'abcdefghijkl'),
    areaId: fc.constantFrom('a', 'b'),
    hubId: fc.constantFrom(null, 'a', 'b', 'zz'),
    since: fc.integer({ min: 0, max: 90 }).map(ago),
    stands: fc.constantFrom('fresh', 'single', 'taken'),
  }),
  { selector: ({ id }) => id },
)

test('every fresh device stands in exactly one, nothing that a person has is folded, and nothing folded goes unlisted', () => {
  fc.assert(
    fc.property(devices, fc.nat(14), (all, whole) => {
      const fresh = all.filter(({ stands }) => stands === 'fresh')
      const standing = all.flatMap((one) =>
        one.stands === 'fresh' ? [] : [single(`s${one.id}`, [one], { taken: one.stands === 'taken' })],
      )
      const placed = placeSilent(fresh, standing, new Map(['a', 'b'].map((id) => [id, whole])), now)
      const listed = placed.flatMap((group) => group.devices)
      expect(new Set(listed).size).toBe(listed.length)
      for (const { id } of fresh) expect(listed).toContain(id)
      for (const { folds, devices: group } of placed) {
        expect(folds.some(({ taken }) => taken)).toBe(false)
        for (const id of folds.flatMap((alarm) => alarm.devices)) expect(group).toContain(id)
      }
    }),
  )
})

test('one cut, noticed in whatever parts, is at last one alarm that lists all of it', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 3, max: 12 }),
      fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 12, maxLength: 12 }),
      (n, rounds) => {
        const cut = Array.from({ length: n }, (_, at) => ({ ...device(`d${at}`), round: rounds[at] ?? 0 }))
        const open = new Map<string, StandingSilence>()
        for (const round of [0, 1, 2, 3, 4]) {
          const fresh = cut.filter((one) => one.round === round)
          for (const { cause, devices: ids, joins, folds } of placeSilent(
            fresh,
            [...open.values()],
            new Map([['a', n]]),
            now,
          )) {
            for (const { id } of folds) open.delete(id)
            const id = joins?.id ?? `${cause} ${ids[0]}`
            const all = [...new Set([...(joins?.devices ?? []), ...ids])]
            const silent = cut.filter((one) => all.includes(one.id))
            open.set(id, single(id, silent, { cause: cause === 'community' ? 'community' : 'single' }))
          }
        }
        expect([...open.values()].map((alarm) => alarm.devices.toSorted())).toEqual([
          cut.map(({ id }) => id).toSorted(),
        ])
      },
    ),
  )
})
