import type { Page } from 'playwright-core'
import { expect, test, vi } from 'vitest'
import { differingBits } from '@anju/domain/visit/look'
import { resolveAll } from './county.ts'
import { chooseFile } from './desk.ts'
import { type Phone, roundForThisFile } from './phone.ts'

const round = roundForThisFile('P', 3)
const { county, planned, takeUp, stateOf } = round
const SMALL = { width: 360, height: 780 }

interface Visit {
  files: { id: string; kind: string; look: string | null }[]
  exceptions: { rule: string; severity: string; cases: { how: string; other: string; photo: string; bits: number }[] }[]
}
const visitOf = (id: string) => county.as<Visit>('GET', `/api/visits/${id}`)

/** A room as a camera sees it, drawn by a browser; `anew`: the same picture, smaller, brighter, and saved once more. */
function photoOf(page: Page, room: 'kitchen' | 'bedroom', anew = false): Promise<Buffer> {
  const drawn = page.evaluate(
    async ({ room, anew }) => {
      const scale = anew ? 0.6 : 1
      const canvas = new OffscreenCanvas(1200 * scale, 900 * scale)
      const pen = canvas.getContext('2d')
      if (!pen) throw new Error('a browser draws')
      pen.scale(scale, scale)
      const light = pen.createLinearGradient(room === 'kitchen' ? 0 : 1200, 0, room === 'kitchen' ? 1200 : 0, 900)
      light.addColorStop(0, '#f4efe0')
      light.addColorStop(1, '#5b4a3a')
      pen.fillStyle = light
      pen.fillRect(0, 0, 1200, 900)
      const things =
        room === 'kitchen'
          ? ([
              [120, 500, 400, 300, '#39424e'],
              [700, 120, 260, 340, '#dfe8ef'],
              [560, 640, 180, 200, '#a33b2f'],
            ] as const)
          : ([
              [60, 80, 300, 420, '#7f8f6a'],
              [480, 560, 640, 300, '#efe3d0'],
              [900, 160, 120, 300, '#2d3136'],
            ] as const)
      for (const [x, y, width, height, colour] of things) {
        pen.fillStyle = colour
        pen.fillRect(x, y, width, height)
      }
      if (anew) {
        pen.fillStyle = 'rgb(255 255 255 / 8%)'
        pen.fillRect(0, 0, 1200, 900)
      }
      const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality: anew ? 0.6 : 0.9 })
      return [...new Uint8Array(await blob.arrayBuffer())]
    },
    { room, anew },
  )
  return drawn.then((bytes) => Buffer.from(bytes))
}

async function begin({ page, cable, m, press }: Phone, id: string): Promise<void> {
  await page.goto(`${cable.url}/visit/${id}`)
  await press(m.visit.accept)
  await press(m.visit.setOutGo)
  await page.getByRole('link', { name: m.door.noNfc }).click()
  await page.getByLabel(m.typed.reasons['tag-gone']).check()
  await press(m.typed.begin)
  await page.getByText(m.strip.allSent).waitFor()
  await expect.poll(() => stateOf(id)).toBe('in-service')
}

/** Taken with the phone's own way, and there. */
async function photograph({ page, m }: Phone, id: string, buffer: Buffer): Promise<string> {
  const before = (await visitOf(id)).files.length
  await chooseFile(page.getByLabel(m.serve.photo('打扫房间')), { name: 'a.jpg', mimeType: 'image/jpeg', buffer })
  await page.getByText(m.serve.photoKept).waitFor()
  await expect.poll(async () => (await visitOf(id)).files.length).toBe(before + 1)
  return (await visitOf(id)).files.at(-1)?.look ?? ''
}
const bitsBetween = (one: string, other: string): number =>
  differingBits(Buffer.from(one, 'hex'), Buffer.from(other, 'hex'))

test('a photo goes up with its look; shown for another visit it is found again, as the same file and as the same picture', async () => {
  const [first, second] = [await planned(5), await planned(90)]
  const phone = await takeUp('zh-CN', SMALL)
  const { page, m, press } = phone
  const [kitchen, bedroom, anew] = [
    await photoOf(page, 'kitchen'),
    await photoOf(page, 'bedroom'),
    await photoOf(page, 'kitchen', true),
  ]
  await begin(phone, first)
  const look = await photograph(phone, first, kitchen)
  expect(look).toMatch(/^[0-9a-f]{16}$/)
  const another = await photograph(phone, first, bedroom)
  expect(bitsBetween(look, another)).toBeGreaterThan(12)
  await page.getByRole('link', { name: m.visit.notDone }).click()
  await press(m.away.outcomes['not-home'])
  await page.getByLabel(m.away.ask['not-home']).fill('家属来接走了')
  await press(m.away.go)
  await expect.poll(() => stateOf(first)).toBe('refused')

  await begin(phone, second)
  expect(await photograph(phone, second, kitchen)).toBe(look)
  expect(bitsBetween(await photograph(phone, second, anew), look)).toBeLessThanOrEqual(4)
  // the rules look when what was sent is all there
  const found = async () => (await visitOf(second)).exceptions.find(({ rule }) => rule === 'photo-seen-before')
  await vi.waitUntil(found, { timeout: 150_000, interval: 1_000 })
  const seen = await found()
  const { files } = await visitOf(second)
  expect(seen?.severity).toBe('grave')
  expect(seen?.cases.map(({ how, other, photo }) => [how, other, photo])).toEqual([
    ['same-file', first, files[0]?.id],
    ['same-look', first, files[1]?.id],
  ])
})

test('a call for help carries where the phone is; where the phone may not say, the call goes all the same', async () => {
  const { page, m, hold } = await takeUp('en', SMALL)
  const called = async () => {
    const { items } = await county.as<{ items: { id: string; kind: string; subject: string }[] }>(
      'GET',
      '/api/alarms?state=open',
    )
    const own = items.find(({ subject }) => subject === `caregiver:${round.place.caregiverId}`)
    return county.as<{ kind: string; reasons: { position: object | null } }>('GET', `/api/alarms/${own?.id}`)
  }
  const call = () => hold(m.distress.label, () => page.getByText(/^The platform has received your call/).waitFor())
  const { longitude: lon, latitude: lat } = round.place.at
  await call()
  const first = await called()
  expect(first).toMatchObject({
    kind: 'caregiver-distress',
    reasons: { position: { lon, lat, accuracyM: 20, system: 'wgs84' } },
  })
  await resolveAll(county.as)
  await page.getByRole('button', { name: m.distress.close, exact: true }).click()
  await page.context().clearPermissions()
  await call()
  expect((await called()).reasons.position).toBeNull()
})
