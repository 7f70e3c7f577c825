/** Why a password is refused, in the order it is told. */
export type PasswordFault = 'too-short' | 'too-long' | 'common' | 'own-name'

export const MIN_PASSWORD = 10
export const MAX_PASSWORD = 256

/**
 * What whoever guesses tries first: the tops of published lists, at least `MIN_PASSWORD` long, with what people here
 * choose. Short on purpose: the throttle slows guessing, this stops the guesses that need no luck.
 */
const common = new Set([
  ...['1234567890', '0123456789', '0987654321', '9876543210', '12345678910', '123456789a', 'a123456789', 'aa12345678'],
  ...['1q2w3e4r5t', 'q1w2e3r4t5', '1qaz2wsx3edc', '1qazxsw23edc', 'qwertyuiop', 'asdfghjkl;', 'zxcvbnm123'],
  ...['password12', 'password123', 'password1234', 'passw0rd123', 'p@ssw0rd123', 'qwerty12345', 'qwerty123456'],
  ...[
    'abc1234567',
    'abcd123456',
    'abc123456789',
    'abcdefghij',
    'iloveyou123',
    'iloveyou1314',
    'woaini1314',
    'woaini520',
  ],
  ...['woaini5201314', 'woaini123456', '5201314520', '1314520520', 'admin12345', 'admin123456', 'administrator'],
  ...['letmein123', 'welcome123', 'changeme123', 'anju123456', 'anju-demo', 'anjuanjuanju', '1234512345', '1122334455'],
  ...['1212121212', '123123123123', '147258369', '1472583690', '7894561230', '1234567890a', 'a1234567890'],
])

/** What is wrong with a password for the user of this name, or null. Length is counted in characters people see. */
export function passwordFault(password: string, username: string): PasswordFault | null {
  const characters = [...password.normalize('NFC')]
  if (characters.length < MIN_PASSWORD) return 'too-short'
  if (characters.length > MAX_PASSWORD) return 'too-long'
  const plain = password.toLowerCase()
  if (common.has(plain) || new Set(characters).size <= 2) return 'common'
  // The name itself, twice, backwards, or with figures around it.
  const name = normalUsername(username)
  const rest = plain.replaceAll(name, '').replaceAll([...name].reverse().join(''), '')
  if (name.length >= 2 && rest.length < plain.length && /^[\d\W_]{0,6}$/.test(rest)) return 'own-name'
  return null
}

/** A user name as it is kept and compared: width and case make no other person. */
export function normalUsername(text: string): string {
  return text.trim().normalize('NFKC').toLowerCase()
}

/** Whether a normal user name can be one. */
export function isUsername(name: string): boolean {
  return /^[\p{L}\p{N}][\p{L}\p{N}._-]{1,31}$/u.test(name)
}
