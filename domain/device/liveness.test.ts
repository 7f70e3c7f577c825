import fc from 'fast-check'
import { expect, test } from 'vitest'
import { deviceKinds, silentAfterS } from './kinds.ts'
import { type Heartbeat, lateAfterS, lateBefore, livenessOf, signalOf } from './liveness.ts'

const now = new Date('2026-11-22T08:00:00Z')
const ago = (seconds: number) => new Date(now.getTime() - seconds * 1000)
const button: Heartbeat = {
  kind: 'button',
  revokedAt: null,
  lastMessageAt: ago(10),
  silentSince: null,
  silentAfterS: silentAfterS.button,
}

test.each([
  ['heard just now', {}, 'alive'],
  ['heard as long ago as its kind may', { lastMessageAt: ago(lateAfterS.button) }, 'alive'],
  ['a second longer', { lastMessageAt: ago(lateAfterS.button + 1) }, 'late'],
  ['heard in the future, by a clock that was set back', { lastMessageAt: ago(-60) }, 'alive'],
  ['beyond its silence and not yet decided', { lastMessageAt: ago(silentAfterS.button * 4) }, 'late'],
  ['decided silent', { silentSince: ago(5) }, 'silent'],
  ['never heard', { lastMessageAt: null }, 'never'],
  ['never heard and silent', { lastMessageAt: null, silentSince: ago(5) }, 'silent'],
  ['revoked while alive', { revokedAt: ago(1) }, 'revoked'],
  ['revoked while silent', { revokedAt: ago(1), silentSince: ago(5) }, 'revoked'],
  ['revoked and never heard', { revokedAt: ago(1), lastMessageAt: null }, 'revoked'],
  ['with less patience than its kind', { silentAfterS: 60, lastMessageAt: ago(61) }, 'late'],
] as const)('a device %s is as said', (_name, change, state) => {
  expect(livenessOf({ ...button, ...change }, now)).toBe(state)
})

test('every kind is late before it is silent', () => {
  for (const kind of deviceKinds) expect([kind, lateAfterS[kind] < silentAfterS[kind]]).toEqual([kind, true])
})

test('a device that is only waited for longer never gets better', () => {
  const rank = { alive: 0, late: 1, silent: 2, never: 2, revoked: 2 }
  fc.assert(
    fc.property(fc.constantFrom(...deviceKinds), fc.nat(1e6), fc.nat(1e6), (kind, first, more) => {
      const device = { ...button, kind, silentAfterS: silentAfterS[kind], lastMessageAt: ago(first) }
      const later = new Date(now.getTime() + more * 1000)
      expect(rank[livenessOf(device, later)]).toBeGreaterThanOrEqual(rank[livenessOf(device, now)])
      expect(livenessOf(device, now) === 'late').toBe(ago(first) < lateBefore(kind, device.silentAfterS, now))
    }),
  )
})

test.each([
  [-40, 'strong'],
  [-60, 'strong'],
  [-61, 'fair'],
  [-75, 'fair'],
  [-76, 'weak'],
  [-90, 'weak'],
  [-91, 'poor'],
] as const)('%d dBm is a %s signal', (dBm, word) => {
  expect(signalOf(dBm)).toBe(word)
})
