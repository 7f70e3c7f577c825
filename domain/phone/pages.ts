/** Pages of the caregiver's phone, by the first part of their address: a document of its own, so no phone loads a desk. */
export const PHONE_PAGES = ['today', 'visit', 't', 'errand', 'found', 'look', 'unsent', 'phone'] as const
export type PhonePage = (typeof PHONE_PAGES)[number]

export function phonePageOf(pathname: string): PhonePage | null {
  const first = pathname.split('/')[1] ?? ''
  return PHONE_PAGES.find((page) => page === first) ?? null
}
