import { isProvidersOwn, type Role } from './role.ts'

declare const brand: unique symbol

/** What a read may see: the first parameter of every read. Made by `scopeOf` alone. */
export interface Scope {
  /** null: a program with an API key. */
  readonly userId: string | null
  readonly role: Role
  /** '/county/town/community/': everything at or below it. */
  readonly areaPath: string
  /** Of a provider's own user: nothing of another provider. null: the area alone decides. */
  readonly providerId: string | null
  readonly [brand]: true
}

/** What a verified session or API key says of its bearer. */
export interface Grant {
  userId: string | null
  role: Role
  areaPath: string
  providerId?: string | null
}

/** The only maker of a `Scope`; called where a session or an API key was just verified, and nowhere else. */
export function scopeOf<G extends Grant>(grant: G): Scope & Pick<G, 'userId'> {
  // An empty or broken path would be a prefix of everything.
  if (!/^\/([^/]+\/)+$/.test(grant.areaPath)) throw new Error(`not an area's path: ${grant.areaPath}`)
  const { userId, role, areaPath, providerId = null } = grant
  if (isProvidersOwn(role) !== (providerId !== null)) throw new Error(`${role} with provider ${providerId}`)
  // eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- the brand exists for the compiler alone
  return Object.freeze({ userId, role, areaPath, providerId }) as Scope & Pick<G, 'userId'>
}

/** Whether something in the area at `areaPath` is within the scope. */
export function covers(scope: Scope, areaPath: string): boolean {
  return areaPath.startsWith(scope.areaPath)
}
