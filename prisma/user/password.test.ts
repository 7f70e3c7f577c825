import { expect, test } from 'vitest'
import { hashPassword, TooBusy, verifyPassword } from './password.ts'

test('a password verifies against its own hash alone, and no two hashes are alike', async () => {
  const [first, second] = await Promise.all([hashPassword('老人安居'), hashPassword('老人安居')])
  expect(first).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/)
  expect(first).not.toBe(second)
  expect(await verifyPassword('老人安居', first)).toBe(true)
  expect(await verifyPassword('老人安居 ', first)).toBe(false)
  expect(await verifyPassword('', first)).toBe(false)
})

test('a hash of the reference implementation verifies', async () => {
  // phc-winner-argon2, src/test.c: t=2, m=2^16, p=1, "password", "somesalt"
  const reference = '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc'
  expect(await verifyPassword('password', reference)).toBe(true)
})

test('letters composed or decomposed are the same password', async () => {
  expect(await verifyPassword('cafe\u0301', await hashPassword('caf\u00e9'))).toBe(true)
})

test('nobody’s password is never right, and costs the same as anybody’s', async () => {
  const hash = await hashPassword('x')
  const costs = { known: [] as number[], unknown: [] as number[] }
  for (let i = 0; i < 5; i++) {
    for (const [name, phc] of [
      ['known', hash],
      ['unknown', null],
    ] as const) {
      const before = performance.now()
      expect(await verifyPassword('wrong', phc)).toBe(false)
      costs[name].push(performance.now() - before)
    }
  }
  expect(Math.min(...costs.unknown)).toBeGreaterThan(Math.min(...costs.known) / 2)
})

test('a flood of sign-ins is turned away beyond what could be answered in time', async () => {
  // Cheap stored hashes, so that the flood itself costs little.
  const cheap = `$argon2id$v=19$m=8,t=1,p=1$${'A'.repeat(22)}$${'A'.repeat(43)}`
  const outcomes = await Promise.allSettled(Array.from({ length: 300 }, () => verifyPassword('x', cheap)))
  const turnedAway = outcomes.filter((outcome) => outcome.status === 'rejected' && outcome.reason instanceof TooBusy)
  expect(turnedAway.length).toBeGreaterThanOrEqual(50)
  expect(outcomes.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThanOrEqual(200)
  expect(await verifyPassword('x', cheap)).toBe(false)
})
