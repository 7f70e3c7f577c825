import { findings } from './findings.ts'
import { nameOf, type Screen } from './screen.ts'
import type { Look, Viewer } from './viewer.ts'

export interface View extends Look {
  axe?: true
  /** As high as what is on the page, so that the picture holds all of it; not in what is not laid out so. */
  whole?: true
}

/** What was found wrong on one screen, looked at in one way. */
export interface Found {
  screen: string
  look: string
  found: string[]
}

export const lookName = ({ language, theme, width }: Look): string => `${language}-${theme}-${width}`
/** A picture may not grow without end: a list of fifty rows says it all. */
const HIGHEST_PX = 3600

/**
 * Goes to a screen and looks at it in every view. A screen that cannot be reached is a finding, too: the others are
 * looked at all the same.
 * @param keep where a picture goes; without it none is made
 * @param anew the page is loaded, as something is open that would hold its reader back
 */
export async function lookAt(
  viewer: Viewer,
  screen: Screen,
  { path, views, keep, anew }: { path: string; views: readonly View[]; keep?: (name: string) => string; anew: boolean },
): Promise<Found[]> {
  const { page } = viewer
  const all: Found[] = []
  const screenName = nameOf(screen)
  let look = ''
  try {
    const open = async (): Promise<string | null> => {
      const missing = await viewer.settled(screen.seen)
      await viewer.arm()
      if (missing !== null || !screen.open) return missing
      await screen.open(page, viewer.m)
      return viewer.settled(screen.seen)
    }
    const [first] = views
    if (first === undefined) return []
    await viewer.use(first)
    await viewer.go(path, anew)
    let missing = await open()
    for (const view of views) {
      look = lookName(view)
      const again = await viewer.use(view)
      missing = again ? await open() : ((await viewer.settled(screen.seen)) ?? missing)
      const found = [
        ...(missing === null ? [] : [missing]),
        ...(await findings(page, view, { axe: view.axe === true })),
      ]
      if (keep) await picture(viewer, view, keep(`${screenName}-${look}`))
      found.push(...viewer.heard().map((complaint) => `console: ${complaint}`))
      if (found.length > 0) all.push({ screen: screenName, look, found })
      if (missing !== null) break
    }
    await screen.then?.(page, viewer.m)
  } catch (error) {
    all.push({ screen: screenName, look, found: [String(error).split('\n').slice(0, 2).join(' ')] })
  }
  return all
}

async function picture({ page }: Viewer, { width, height, whole }: View, file: string): Promise<void> {
  const more = !whole
    ? 0
    : await page.evaluate(() => {
        const room = document.querySelector('#main:not(.bleed)') ?? document.documentElement
        return room.scrollHeight - room.clientHeight
      })
  if (more > 0) await page.setViewportSize({ width, height: Math.min(HIGHEST_PX, height + more) })
  await page.screenshot({ path: file })
  if (more > 0) await page.setViewportSize({ width, height })
}
