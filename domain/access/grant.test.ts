import { expect, test } from 'vitest'
import { mayGive, type Standing } from './grant.ts'
import { actions, isProvidersOwn, may, roles, type Role } from './role.ts'

const standing = (role: Role, areaPath = '/c/t/', providerId = isProvidersOwn(role) ? 'p' : null): Standing => ({
  role,
  areaPath,
  providerId,
})

test('every role × every role: who may give which is decided as written here', () => {
  const table = roles.map((by) => {
    const given = roles.filter((role) => mayGive(standing(by), standing(role)))
    return `${by}: ${given.join(' ') || 'none'}`
  })
  expect(table).toMatchInlineSnapshot(`
    [
      "administrator: administrator bureau city-bureau town-clerk community-clerk shift-lead seat village-doctor clinician provider caregiver assessor finance auditor",
      "bureau: bureau city-bureau town-clerk community-clerk village-doctor clinician assessor finance",
      "city-bureau: none",
      "town-clerk: none",
      "community-clerk: none",
      "shift-lead: none",
      "seat: none",
      "village-doctor: none",
      "clinician: none",
      "provider: none",
      "caregiver: none",
      "assessor: none",
      "finance: none",
      "auditor: none",
    ]
  `)
})

test('every role × every role: nobody gives a right they do not have', () => {
  for (const by of roles) {
    for (const role of roles.filter((each) => mayGive(standing(by), standing(each)))) {
      expect([by, role, actions.filter((action) => may(role, action) && !may(by, action))]).toEqual([by, role, []])
    }
  }
})

test('every role × every role: nobody gives beyond their own area', () => {
  for (const by of roles) {
    for (const role of roles) {
      for (const areaPath of ['/c/', '/c/other/', '/c/tt/', '/x/c/t/']) {
        expect([by, role, areaPath, mayGive(standing(by), standing(role, areaPath))]).toEqual([
          by,
          role,
          areaPath,
          false,
        ])
      }
    }
  }
})

test('within their own area, also below it', () => {
  expect(mayGive(standing('administrator'), standing('seat', '/c/t/v/'))).toBe(true)
})
