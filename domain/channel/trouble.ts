/** Why a way to the outside did not work, as far as a program's own words tell. */
export const TROUBLES = [
  'name-unknown',
  'refused-connection',
  'unreachable',
  'cut-off',
  'no-answer',
  'certificate',
  'no-encryption',
  'sign-in',
  'recipient',
  'redirect',
  'not-found',
  'not-allowed',
  'too-many',
  'its-fault',
  'not-taken',
  'other',
] as const
export type Trouble = (typeof TROUBLES)[number]

/** By what Node, its HTTP client, the mail client and our own attempts say; the first that fits. */
const signs: readonly (readonly [RegExp, Trouble])[] = [
  [/ENOTFOUND|EAI_AGAIN|getaddrinfo/, 'name-unknown'],
  [/ECONNREFUSED/, 'refused-connection'],
  [/EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|EADDRNOTAVAIL/, 'unreachable'],
  [/wrong version number|STARTTLS|packet length too long|does not support TLS/i, 'no-encryption'],
  [/certificate|self-signed|altnames|CERT_|\bSSL\b/i, 'certificate'],
  [/no answer within|ETIMEDOUT|timeout|timed out|Greeting never received/i, 'no-answer'],
  [/ECONNRESET|EPIPE|socket hang up|other side closed|closed unexpectedly|ECONNABORTED|terminated/i, 'cut-off'],
  [/Invalid login|EAUTH|authentication|\b53[045]\b/i, 'sign-in'],
  [/refused \d+ of \d+ recipients|No recipients|all recipients were rejected|\b55[0-3]\b/i, 'recipient'],
  [/redirect/i, 'redirect'],
  [/answered (404|410)/, 'not-found'],
  [/answered (401|403|407)/, 'not-allowed'],
  [/answered 429/, 'too-many'],
  [/answered 5\d\d/, 'its-fault'],
  [/answered \d{3}|the answer |is "/, 'not-taken'],
]

export const troubleOf = (said: string): Trouble => signs.find(([sign]) => sign.test(said))?.[1] ?? 'other'
