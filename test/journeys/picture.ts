import path from 'node:path'
import type { Page } from 'playwright-core'

/** Where pictures of this run go, if somebody wants them: `ANJU_PICTURES=docs/pictures npm test -- journeys`. */
const folder = process.env['ANJU_PICTURES']

/** The page as it is now. The README's pictures are two of these; every screen's are made by `npm run pictures`. */
export async function picture(page: Page, name: string, { whole = false } = {}): Promise<void> {
  if (folder !== undefined) await page.screenshot({ path: path.join(folder, `${name}.png`), fullPage: whole })
}
