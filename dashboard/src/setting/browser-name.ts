/** Later names hide behind earlier ones: every Edge also says Chrome, every Chrome also says Safari. */
const browsers = [
  ['Edg', 'Edge'],
  ['Firefox', 'Firefox'],
  ['Chrome', 'Chrome'],
  ['Safari', 'Safari'],
] as const
const systems = ['Windows', 'Android', 'iPhone', 'iPad', 'Mac OS X', 'Linux'] as const

/** `Chrome 120 · Windows` from a browser's own long name; the name as it is where nothing is recognised. */
export function browserName(userAgent: string): string {
  for (const [token, name] of browsers) {
    const version = new RegExp(`${token}[A-Za-z]*/(\\d+)`).exec(userAgent)?.[1]
    if (version === undefined) continue
    const system = systems.find((each) => userAgent.includes(each))
    return system ? `${name} ${version} · ${system}` : `${name} ${version}`
  }
  return userAgent
}
