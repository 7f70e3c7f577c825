import type { TypedReason } from '@anju/domain/proof/reason'

/** Why an end of a visit is typed in, the commonest first. A door that stays shut is no end: it is an outcome. */
export const TYPED_REASONS = [
  'tag-silent',
  'tag-gone',
  'phone-without-nfc',
  'no-signal',
  'phone-dead',
  'forgotten',
] as const satisfies readonly TypedReason[]
