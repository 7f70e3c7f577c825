import type { Browser, Page } from 'playwright-core'
import type { Screen } from './screen.ts'
import type { Staged } from './staged.ts'
import { Viewer, type Words } from './viewer.ts'

const PIN = '284071'
const USER_AGENT = 'Mozilla/5.0 (Linux; Android 11; V2026) AppleWebKit/537.36 Chrome/120.0 Mobile Safari/537.36'

const press = (name: (m: Words) => string) => (page: Page, m: Words) =>
  page.getByRole('button', { name: name(m), exact: true }).click()
/** The words that a fact was sent leave the strip as they come; what follows must find it told. */
const sent = (page: Page, m: Words) => page.getByText(m.phone.strip.allSent).first().waitFor()
const of = (c: Staged, on = ''): string => `/visit/${c.phoneVisitId}${on}`
const seen = 'h1'

/** A caregiver's phone, from the morning to the elder's signature; the order is that of a visit. */
const inOrder: readonly Screen[] = [
  { page: 'today', as: null, at: '/today', seen },
  { page: 'errand', as: null, at: '/errand', seen: '.bar' },
  { page: 'found', as: null, at: '/found', seen },
  { page: 'look', as: null, at: '/look', seen },
  { page: 'unsent', as: null, at: '/unsent', seen },
  { page: 't', what: 'empty', as: null, at: '/t', seen },
  {
    page: 'visit',
    what: 'declining',
    as: null,
    at: (c) => of(c),
    seen: '.bar',
    open: press((m) => m.phone.visit.decline),
  },
  {
    page: 'visit',
    what: 'answer',
    as: null,
    at: (c) => of(c),
    seen: '.bar',
    then: async (page, m) => {
      await press(({ phone }) => phone.visit.accept)(page, m)
      await page.getByRole('button', { name: m.phone.visit.setOutGo }).waitFor()
    },
  },
  { page: 'visit', what: 'know', as: null, at: (c) => of(c, '/know'), seen },
  { page: 'visit', what: 'away', as: null, at: (c) => of(c, '/away'), seen },
  {
    page: 'visit',
    what: 'away-said',
    as: null,
    at: (c) => of(c, '/away'),
    seen,
    open: press((m) => m.phone.away.outcomes['not-home']),
  },
  {
    page: 'visit',
    what: 'set-out',
    as: null,
    at: (c) => of(c),
    seen: '.bar',
    then: async (page, m) => {
      await press(({ phone }) => phone.visit.setOutGo)(page, m)
      await page.getByRole('heading', { name: m.phone.door.title }).waitFor()
      await sent(page, m)
    },
  },
  { page: 'visit', what: 'door', as: null, at: (c) => of(c), seen },
  {
    page: 'visit',
    what: 'begin',
    as: null,
    at: (c) => of(c, '/begin'),
    seen,
    then: async (page, m) => {
      await page.getByLabel(m.phone.typed.reasons['tag-gone']).check()
      await press(({ phone }) => phone.typed.begin)(page, m)
      await page.getByRole('link', { name: m.phone.serve.leave, exact: true }).waitFor()
      await sent(page, m)
    },
  },
  { page: 'visit', what: 'serve', as: null, at: (c) => of(c), seen },
  { page: 'visit', what: 'service', as: null, at: (c) => of(c, '/service') + `?s=${c.askingServiceId}`, seen },
  { page: 'visit', what: 'reading', as: null, at: (c) => of(c, '/reading'), seen },
  {
    page: 'visit',
    what: 'reading-typed',
    as: null,
    at: (c) => of(c, '/reading'),
    seen,
    open: press((m) => m.phone.reading.kinds['blood-pressure']),
  },
  { page: 'visit', what: 'leave', as: null, at: (c) => of(c, '/leave'), seen },
  {
    page: 'visit',
    what: 'end',
    as: null,
    at: (c) => of(c, '/end'),
    seen,
    then: async (page, m) => {
      await page.getByLabel(m.phone.typed.reasons['tag-gone']).check()
      await press(({ phone }) => phone.typed.end)(page, m)
      await page.getByRole('button', { name: m.phone.elder.handGo }).waitFor()
      await sent(page, m)
    },
  },
  {
    page: 'visit',
    what: 'hand',
    as: null,
    at: (c) => of(c),
    seen: '.bar',
    then: async (page, m) => {
      await press(({ phone }) => phone.elder.handGo)(page, m)
      await page.getByRole('heading', { name: m.phone.elder.how }).waitFor()
    },
  },
  { page: 'visit', what: 'elder-face', as: null, at: (c) => of(c, '/elder'), seen },
  { page: 'visit', what: 'elder-property', as: null, at: (c) => of(c, '/elder'), seen, open: face },
  { page: 'visit', what: 'elder-sign', as: null, at: (c) => of(c, '/elder'), seen: 'canvas, .face', open: toSign },
  {
    page: 'visit',
    what: 'elder-thumb',
    as: null,
    at: (c) => of(c, '/elder'),
    seen: 'canvas, .face',
    open: async (page, m) => {
      await toSign(page, m)
      await press(({ phone }) => phone.elder.thumb)(page, m)
    },
  },
  {
    page: 'visit',
    what: 'elder-cannot',
    as: null,
    at: (c) => of(c, '/elder'),
    seen,
    open: async (page, m) => {
      await toSign(page, m)
      await press(({ phone }) => phone.elder.cannot)(page, m)
    },
    then: async (page, m) => {
      await press(({ phone }) => phone.back)(page, m)
      const box = await page.locator('canvas').boundingBox()
      if (!box) throw new Error('there is a box to sign in')
      await page.mouse.move(box.x + 40, box.y + 40)
      await page.mouse.down()
      await page.mouse.move(box.x + 180, box.y + 120, { steps: 8 })
      await page.mouse.move(box.x + 60, box.y + 130, { steps: 8 })
      await page.mouse.up()
      await press(({ phone }) => phone.elder.signGo)(page, m)
      await page.getByRole('heading', { name: m.phone.elder.thanks }).waitFor()
    },
  },
  {
    page: 'visit',
    what: 'elder-thanks',
    as: null,
    at: (c) => of(c, '/elder'),
    seen,
    then: async (page, m) => {
      await page.getByRole('button', { name: m.phone.elder.unlock, exact: true }).hover()
      await page.mouse.down()
      await page.getByRole('heading', { name: m.phone.next.title }).waitFor()
      await page.mouse.up()
    },
  },
  { page: 'visit', what: 'next', as: null, at: (c) => of(c, '/next'), seen },
  { page: 'visit', what: 'over', as: null, at: (c) => of(c), seen },
  { page: 'phone', what: 'unknown-link', as: null, at: '/phone#nothing-of-ours-that-anybody-was-ever-sent', seen },
  {
    page: 'today',
    what: 'signed-out',
    as: null,
    at: '/today',
    seen: 'h1',
    open: async (page, m) => {
      const out = page.getByRole('button', { name: m.phone.signIn.out })
      if (await out.isVisible()) await out.click()
      await page.getByLabel(m.phone.signIn.pinLabel).waitFor()
    },
  },
]

/** Named apart from the office's pages. */
export const phoneScreens = inOrder.map((screen) => ({ ...screen, page: `phone-${screen.page}` }))

async function face(page: Page, m: Words): Promise<void> {
  await press(({ phone }) => phone.elder.good)(page, m)
}
async function toSign(page: Page, m: Words): Promise<void> {
  await face(page, m)
  await press(({ phone }) => phone.elder.propertyYes)(page, m)
}

/** A phone that a caregiver has taken into use, at her door. */
export async function takeUp(browser: Browser, county: Staged): Promise<Viewer> {
  const viewer = await Viewer.open(browser, county.url, {
    isMobile: true,
    hasTouch: true,
    deviceScaleFactor: 2,
    permissions: ['geolocation'],
    geolocation: { ...county.door, accuracy: 20 },
    userAgent: USER_AGENT,
  })
  const { page, m } = viewer
  const [link = ''] = county.phoneLinks
  await viewer.load(link)
  await page.getByLabel(m.phone.join.choose).fill(PIN)
  await page.getByLabel(m.phone.join.again).fill(PIN)
  await press(({ phone }) => phone.join.go)(page, m)
  await page.getByRole('heading', { name: m.phone.today.title, exact: true }).waitFor()
  viewer.heard()
  return viewer
}
