import type { Page } from 'playwright-core'
import type { Screen } from './screen.ts'

const word = 'h1'
/** The alarm is this seat's own: a seat that was away for a minute has lost it, and its forms stay shut. */
async function taken(page: Page): Promise<void> {
  await page.locator('footer .owner').first().waitFor()
  const take = page.locator('footer .act .main[aria-keyshortcuts="Space"]')
  if (await take.isVisible()) await take.click()
  await page.locator('footer .owned').waitFor()
}

/** Every page of the dashboard, and what can be opened on it. A page that is missing fails `test/rules/screens.test.ts`. */
export const screens: readonly Screen[] = [
  { page: 'signIn', as: null, at: '/', seen: word },
  { page: 'invitation', as: null, at: (c) => c.invitation, seen: 'input' },
  { page: 'invitation', what: 'unknown', as: null, at: '/invitation', seen: word },
  { page: 'tokens', as: 'admin', at: '/tokens', seen: word },
  { page: 'nowhere', as: 'desk1', at: '/nowhere/at/all', seen: word },

  { page: 'desk', as: 'desk1', at: '/', seen: '[data-visits-now], [data-queue-row]' },
  {
    page: 'desk',
    what: 'keys',
    as: 'desk1',
    at: '/',
    seen: '[data-queue-row]',
    open: (page) => page.keyboard.press('?'),
  },
  { page: 'alarm', as: 'desk1', at: (c) => `/alarms/${c.alarmId}`, seen: '#main h1' },
  {
    page: 'alarm',
    what: 'hand-over',
    as: 'desk1',
    at: (c) => `/alarms/${c.alarmId}`,
    seen: '#main h1',
    open: async (page) => {
      await taken(page)
      await page.keyboard.press('h')
    },
  },
  {
    page: 'alarm',
    what: 'resolve',
    as: 'desk1',
    at: (c) => `/alarms/${c.alarmId}`,
    seen: '#main h1',
    open: async (page) => {
      await taken(page)
      await page.keyboard.press('r')
    },
  },

  { page: 'elders', as: 'lead', at: '/elders', seen: word },
  { page: 'elders', what: 'found', as: 'lead', at: '/elders?search=chen', seen: 'tbody tr' },
  { page: 'elderNew', as: 'lead', at: '/elders/new', seen: word },
  { page: 'elder', as: 'lead', at: (c) => `/elders/${c.elderId}`, seen: 'article h1' },
  { page: 'elderMove', as: 'lead', at: (c) => `/elders/${c.elderId}/move`, seen: '#main input' },
  { page: 'elderAbsence', as: 'lead', at: (c) => `/elders/${c.elderId}/absence`, seen: '#main input' },
  { page: 'elderDeath', as: 'lead', at: (c) => `/elders/${c.elderId}/death`, seen: '#main input' },
  { page: 'elderMerge', as: 'lead', at: (c) => `/elders/${c.elderId}/merge`, seen: '#main input' },
  { page: 'elderHistory', as: 'lead', at: (c) => `/elders/${c.elderId}/history`, seen: '#main ol, #main ul' },
  { page: 'home', as: 'lead', at: (c) => `/homes/${c.homeId}`, seen: word },
  { page: 'map', as: 'lead', at: '/map', seen: '[data-drawn], #main .alone' },

  { page: 'devices', as: 'lead', at: '/devices', seen: word },
  { page: 'deviceNew', as: 'lead', at: '/devices/new', seen: word },
  { page: 'deviceFile', as: 'lead', at: '/devices/file', seen: word },
  { page: 'outages', as: 'lead', at: '/devices/outages', seen: word },
  { page: 'device', as: 'lead', at: (c) => `/devices/${c.buttonId}`, seen: '#stays' },
  {
    page: 'device',
    what: 'hub-moved',
    as: 'lead',
    at: (c) => `/devices/${c.hubId}`,
    seen: '#stays',
    open: async (page, m) => {
      await page.getByRole('button', { name: m.fleet.stay.move, exact: true }).click()
      await page.getByLabel(m.fleet.stay.whose).fill('杨桂英')
      await page.locator('#main form [role="option"], #main form li button').first().click()
    },
  },

  { page: 'calls', as: 'desk1', at: '/calls', seen: '#main h1' },
  {
    page: 'calls',
    what: 'opened',
    as: 'desk1',
    at: (c) => `/calls?call=${c.callId}`,
    seen: '#main aside form, #main aside dl',
  },
  {
    page: 'calls',
    what: 'enter',
    as: 'desk1',
    at: '/calls',
    seen: '#main h1',
    open: (page, m) => page.getByRole('button', { name: m.service.calls.enter, exact: true }).click(),
  },
  { page: 'careChecks', as: 'lead', at: '/care-checks', seen: '#main ol li, #main .quiet' },
  { page: 'referrals', as: 'lead', at: '/referrals', seen: '#main ul li' },
  {
    page: 'referrals',
    what: 'opening',
    as: 'lead',
    at: '/referrals',
    seen: '#main h1',
    open: (page, m) => page.getByRole('button', { name: m.service.referral.open, exact: true }).first().click(),
  },

  { page: 'visitBoard', as: 'provider', at: '/visits/board', seen: '[data-block]' },
  {
    page: 'visitBoard',
    what: 'chosen',
    as: 'provider',
    at: '/visits/board',
    seen: '[data-block]',
    open: async (page) => {
      await page.locator('[data-block]').last().focus()
      await page.keyboard.press('Enter')
      await page.locator('[data-give]').first().waitFor()
    },
  },
  { page: 'visits', as: 'provider', at: '/visits', seen: '#main h1' },
  { page: 'visitNew', as: 'provider', at: '/visits/new', seen: '#main input' },
  {
    page: 'visitNew',
    what: 'weekly',
    as: 'provider',
    at: '/visits/new',
    seen: '#main input',
    open: (page, m) => page.getByLabel(m.visits.making.weekly, { exact: true }).check(),
  },
  { page: 'visitsToCall', as: 'provider', at: '/visits/to-call', seen: '[data-worklist]' },
  {
    page: 'visitsToCall',
    what: 'call-back',
    as: 'provider',
    at: '/visits/to-call',
    seen: '[data-worklist]',
    open: (page) => page.locator('[data-worklist="to-call-back"] button').first().click(),
  },
  { page: 'visitPlans', as: 'provider', at: '/visits/plans', seen: '#main li' },
  {
    page: 'visitPlans',
    what: 'change',
    as: 'provider',
    at: '/visits/plans',
    seen: '#main li',
    open: (page, m) =>
      page.locator('#main li').first().getByRole('button', { name: m.visits.recurring.change }).click(),
  },
  {
    page: 'visitPlans',
    what: 'end',
    as: 'provider',
    at: '/visits/plans',
    seen: '#main li',
    open: (page, m) => page.locator('#main li').first().getByRole('button', { name: m.visits.recurring.end }).click(),
  },
  { page: 'visitsToAsk', as: 'lead', at: '/visits/to-ask', seen: '#main h1' },
  {
    page: 'visitsToAsk',
    what: 'asking',
    as: 'lead',
    at: '/visits/to-ask',
    seen: '[data-ask]',
    open: (page) => page.locator('[data-ask]').first().click(),
  },
  { page: 'visit', as: 'provider', at: (c) => `/visits/${c.plannedVisitId}`, seen: '[data-deed]' },
  { page: 'visit', what: 'done', as: 'provider', at: (c) => `/visits/${c.doneVisitId}`, seen: '[data-deed]' },
  { page: 'visit', what: 'phone', as: 'bureau', at: (c) => `/visits/${c.phoneVisitId}`, seen: '#main h1' },
  {
    page: 'visit',
    what: 'call-back',
    as: 'provider',
    at: (c) => `/visits/${c.doneVisitId}`,
    seen: '[data-deed]',
    open: (page) => page.locator('[data-deed="call-back"]').click(),
  },
  {
    page: 'visit',
    what: 'reschedule',
    as: 'provider',
    at: (c) => `/visits/${c.plannedVisitId}`,
    seen: '[data-deed]',
    open: (page) => page.locator('[data-deed="reschedule"]').click(),
  },
  { page: 'tags', as: 'bureau', at: '/tags', seen: '#main h1' },
  { page: 'tag', as: 'bureau', at: (c) => `/tags/${c.tagId}`, seen: '#main h1' },
  { page: 'tagNew', as: 'bureau', at: '/tags/new', seen: '#main input' },
  { page: 'tagTap', as: 'bureau', at: '/tags/tap', seen: '#main h1' },
  { page: 'areaKeys', as: 'bureau', at: '/tags/keys', seen: '#main h1' },
  { page: 'taps', as: 'bureau', at: '/presences', seen: '#main h1' },
  { page: 'presencePolicy', as: 'bureau', at: '/presence-policy', seen: '#main h1' },
  { page: 'visitExceptions', as: 'bureau', at: '/visit-exceptions', seen: '#main h1' },
  {
    page: 'visitExceptions',
    what: 'opened',
    as: 'bureau',
    at: '/visit-exceptions',
    seen: '[data-exception]',
    open: async (page) => {
      await page.locator('[data-exception]').first().click()
      await page.locator('#exception-title').waitFor()
    },
  },
  {
    page: 'visitExceptions',
    what: 'deciding',
    as: 'bureau',
    at: '/visit-exceptions',
    seen: '[data-exception]',
    open: async (page) => {
      await page.locator('[data-exception]').first().click()
      await page.locator('#exception-title').waitFor()
      await page.locator('article .ways button').first().click()
    },
  },

  { page: 'staff', as: 'bureau', at: '/staff', seen: word },
  { page: 'staffInvite', as: 'bureau', at: '/staff/invite', seen: '#main input' },
  { page: 'staffUser', as: 'admin', at: (c) => `/staff/users/${c.userId}`, seen: word },
  { page: 'roster', as: 'lead', at: '/staff/roster', seen: '#main li' },
  { page: 'providers', as: 'bureau', at: '/staff/providers', seen: word },
  { page: 'provider', as: 'bureau', at: (c) => `/staff/providers/${c.providerId}`, seen: '[data-part="contracts"]' },
  {
    page: 'provider',
    what: 'contract',
    as: 'bureau',
    at: (c) => `/staff/providers/${c.providerId}`,
    seen: '[data-part="contracts"]',
    open: (page, m) => page.getByRole('button', { name: m.staff.fitness.contract.add }).click(),
  },
  { page: 'caregivers', as: 'bureau', at: '/staff/caregivers', seen: word },
  { page: 'caregiver', as: 'bureau', at: (c) => `/staff/caregivers/${c.caregiverId}`, seen: '[data-part="kinship"]' },
  {
    page: 'caregiver',
    what: 'kin',
    as: 'bureau',
    at: (c) => `/staff/caregivers/${c.caregiverId}`,
    seen: '[data-part="kinship"]',
    open: async (page, m) => {
      await page.getByRole('button', { name: m.staff.fitness.kin.add }).click()
      await page.getByRole('button', { name: m.staff.fitness.file.add }).click()
    },
  },
  { page: 'credentials', as: 'bureau', at: '/staff/credentials', seen: word },
  { page: 'catalogue', as: 'bureau', at: '/staff/catalogue', seen: word },
  { page: 'catalogueEntry', as: 'bureau', at: (c) => `/staff/catalogue/${c.serviceId}`, seen: word },
  { page: 'sessions', as: 'bureau', at: '/staff/sessions', seen: word },
  {
    page: 'sessions',
    what: 'plan',
    as: 'provider',
    at: '/staff/sessions',
    seen: word,
    open: (page, m) => page.getByRole('button', { name: m.staff.fitness.session.add }).click(),
  },
  { page: 'session', as: 'bureau', at: (c) => `/staff/sessions/${c.sessionId}`, seen: '[data-part="attendance"]' },
  {
    page: 'session',
    what: 'change',
    as: 'admin',
    at: (c) => `/staff/sessions/${c.sessionId}`,
    seen: '[data-part="attendance"]',
    open: (page) => page.locator('[data-edit]').click(),
  },
  { page: 'areas', as: 'admin', at: '/staff/areas', seen: word },
  { page: 'access', as: 'auditor', at: '/staff/access', seen: word },

  { page: 'handovers', as: 'lead', at: '/office', seen: word },
  {
    page: 'handovers',
    what: 'writing',
    as: 'lead',
    at: '/office',
    seen: word,
    open: (page, m) => page.getByRole('button', { name: m.office.handover.write }).click(),
  },
  { page: 'alarmRules', as: 'lead', at: '/office/rules', seen: word },
  {
    page: 'alarmRules',
    what: 'editing',
    as: 'lead',
    at: '/office/rules',
    seen: word,
    open: (page, m) => page.getByRole('button', { name: m.office.rule.edit }).first().click(),
  },
  { page: 'playbooks', as: 'lead', at: '/office/playbooks', seen: word },
  {
    page: 'playbooks',
    what: 'editing',
    as: 'lead',
    at: '/office/playbooks',
    seen: word,
    open: (page, m) => page.getByRole('button', { name: m.office.playbook.edit }).first().click(),
  },
  { page: 'figures', as: 'lead', at: '/office/figures', seen: word },
  { page: 'roots', as: 'lead', at: '/office/roots', seen: word },
  { page: 'channels', as: 'admin', at: '/channels', seen: word },
  { page: 'channelNew', as: 'admin', at: '/channels/new', seen: '#main input' },
  { page: 'channel', as: 'admin', at: (c) => `/channels/${c.channelId}`, seen: '#main input' },
  { page: 'onCall', as: 'lead', at: '/on-call', seen: word },
  { page: 'drills', as: 'lead', at: '/drills', seen: word },
  { page: 'drill', as: 'lead', at: (c) => `/drills/${c.drillId}`, seen: word },
  { page: 'settings', as: 'desk1', at: '/settings', seen: word },
  { page: 'start', as: 'admin', at: '/start', seen: word },
]
