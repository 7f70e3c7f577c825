import type { Role } from '@anju/domain/access/role'
import type { Page } from 'playwright-core'
import type { Words } from './viewer.ts'
import type { Staged } from './staged.ts'

/** Who opens a screen: a sign-in of the demo county, or the administrator. */
export const openers = ['admin', 'lead', 'desk1', 'bureau', 'provider', 'auditor'] as const
export type Opener = (typeof openers)[number]

const roleOfOpener: Record<Opener, Role> = {
  admin: 'administrator',
  lead: 'shift-lead',
  desk1: 'seat',
  bureau: 'bureau',
  provider: 'provider',
  auditor: 'auditor',
}
export const roleOf = (opener: Opener): Role => roleOfOpener[opener]

/** One screen: where it is, whose it is, and what is on it when it is there. */
export interface Screen {
  /** The page's name in the dashboard's own table (`dashboard/src/shell/pages.ts`), or 'desk', 'alarm', 'nowhere'. */
  page: string
  /** What is open on the page; without it, the page as it is come to. */
  what?: string
  /** null: nobody is signed in. */
  as: Opener | null
  /** An address; where it names somebody or something, found in the county. */
  at: string | ((county: Staged) => string)
  /** A selector of what must be seen. Nothing may be loading besides. */
  seen: string
  /** Brings forth what is open. */
  open?: (page: Page, m: Words) => Promise<void>
  /** Once it was looked at: goes on to where the next screen of the table is. */
  then?: (page: Page, m: Words) => Promise<void>
}

/** A name for files and reports. */
export const nameOf = ({ page, what }: Pick<Screen, 'page' | 'what'>): string =>
  what === undefined ? page : `${page}-${what}`
