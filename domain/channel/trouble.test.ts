import { expect, test } from 'vitest'
import { TROUBLES, troubleOf } from './trouble.ts'

/** As Node 24, undici, nodemailer and our own attempts say it. */
const said = [
  ['getaddrinfo ENOTFOUND outside.example', 'name-unknown'],
  ['getaddrinfo EAI_AGAIN sms.example', 'name-unknown'],
  ['connect ECONNREFUSED 127.0.0.1:25', 'refused-connection'],
  ['connect EHOSTUNREACH 10.0.0.9:443', 'unreachable'],
  ['read ECONNRESET', 'cut-off'],
  ['other side closed', 'cut-off'],
  ['Connection closed unexpectedly', 'cut-off'],
  ['no answer within 10 s', 'no-answer'],
  ['Connection timeout', 'no-answer'],
  ['Greeting never received', 'no-answer'],
  ['unable to verify the first certificate', 'certificate'],
  [
    'self-signed certificate; if the root CA is installed locally, try running Node.js with --use-system-ca',
    'certificate',
  ],
  ["Hostname/IP does not match certificate's altnames: IP: 127.0.0.1 is not in the cert's list", 'certificate'],
  ['0000:error:0A00010B:SSL routines:ssl3_get_record:wrong version number:ssl/record:', 'no-encryption'],
  ['Error upgrading connection with STARTTLS: 502 command not implemented', 'no-encryption'],
  ['Invalid login: 535 5.7.8 Authentication failed', 'sign-in'],
  ["Can't send mail - all recipients were rejected: 550 no such user", 'recipient'],
  ['the server refused 1 of 2 recipients', 'recipient'],
  ['unexpected redirect', 'redirect'],
  ['answered 404', 'not-found'],
  ['answered 403', 'not-allowed'],
  ['answered 429', 'too-many'],
  ['answered 503', 'its-fault'],
  ['answered 400: bad sign', 'not-taken'],
  ['the answer does not hold "OK"', 'not-taken'],
  ['code is "isv.BUSINESS_LIMIT", not "OK": {"code":"isv.BUSINESS_LIMIT"}', 'not-taken'],
  ['something nobody has thought of', 'other'],
] as const

test.each(said)('“%s” is told as %s', (words, trouble) => {
  expect(troubleOf(words)).toBe(trouble)
})
test('each is told by some program', () => {
  expect([...new Set(said.map(([, trouble]) => trouble))].sort()).toEqual([...TROUBLES].sort())
})
