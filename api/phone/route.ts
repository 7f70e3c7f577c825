import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { pinFault } from '@anju/domain/access/pin'
import { Refusal } from '@anju/domain/error'
import { findPhoneInvited, joinPhone } from '@anju/prisma/phone/join'
import { countPin, findPhone, openPhoneSession } from '@anju/prisma/phone/sign-in'
import { snapshot } from '@anju/prisma/reads'
import { poolQuery, transact } from '@anju/prisma/tx'
import { hashPassword, verifyPassword } from '@anju/prisma/user/password'
import type { Deps } from '../deps.ts'
import { cameFromHere, isSecure } from '../origin.ts'
import { principalOf, principalOfToken, SESSION_COOKIE } from '../principal.ts'
import { SignedIn } from '../session/schema.ts'
import { sessionCookie, signedInAs } from '../session/signed-in.ts'
import { readDay } from './read.ts'
import { Day, DayQuery, Joined, JoinPhone, OpenPhoneLink, OwnPhone, PhoneInvited, PinSignIn } from './schema.ts'

const PHONE_COOKIE = 'anju_phone'
/** As long as browsers keep a cookie at all. */
const PHONE_S = 400 * 86_400

/**
 * The phone's side: a link is used once and gives the phone its cookie; from then on cookie and PIN sign in. None of
 * these takes an Idempotency-Key, for the reasons a sign-in takes none.
 */
export function phoneRoutes(deps: Deps): FastifyPluginAsyncTypebox {
  const phoneCookie = { path: '/api/phone', httpOnly: true, sameSite: 'strict', secure: isSecure(deps.config) } as const

  /** Another site must not sign a phone in. */
  const requireOwn = (request: FastifyRequest): void => {
    if (request.headers.origin !== undefined && !cameFromHere(request, deps.config)) throw new Refusal('origin-refused')
  }
  const enter = async (reply: FastifyReply, token: string): Promise<SignedIn> => {
    const principal = await principalOfToken(token, deps)
    if (!principal) throw new Refusal('phone-unknown')
    reply.setCookie(SESSION_COOKIE, token, sessionCookie(deps.config)).header('cache-control', 'no-store')
    return signedInAs(deps, principal)
  }

  return async (app) => {
    app.post(
      '/api/phone/link',
      {
        config: { action: 'open' },
        schema: {
          operationId: 'openPhoneLink',
          tags: ['phone'],
          summary: 'Whom a phone’s one-time link is for',
          body: OpenPhoneLink,
          response: { 200: PhoneInvited },
        },
      },
      async (request) => {
        const { name, provider, expiresAt } = await findPhoneInvited(
          poolQuery(deps.pool),
          request.body.token,
          deps.now(),
        )
        return { name, provider, expiresAt: expiresAt.toISOString() }
      },
    )

    app.post(
      '/api/phone/join',
      {
        config: { action: 'open' },
        schema: {
          operationId: 'joinPhone',
          tags: ['phone'],
          summary: 'Take this phone into use by a one-time link: choose a PIN, and be signed in',
          body: JoinPhone,
          response: { 200: Joined },
        },
      },
      async (request, reply) => {
        requireOwn(request)
        const { token, pin, phoneId } = request.body
        // Looked at first: without a living link nobody makes us hash.
        await findPhoneInvited(poolQuery(deps.pool), token, deps.now())
        const fault = pinFault(pin)
        if (fault !== null) throw new Refusal('pin-weak', undefined, { fault })
        const pinHash = await hashPassword(pin)
        const userAgent = request.headers['user-agent'] ?? ''
        const phoneToken = request.cookies[PHONE_COOKIE] ?? null
        const joining = { token, pinHash, phoneId, phoneToken, userAgent, now: deps.now() }
        const joined = await transact(deps.pool, (tx) => joinPhone(tx, joining))
        const session = await transact(deps.pool, (tx) =>
          openPhoneSession(tx, { keyId: joined.keyId, userId: joined.userId, userAgent, now: deps.now() }),
        )
        reply.setCookie(PHONE_COOKIE, joined.phoneToken, { ...phoneCookie, maxAge: PHONE_S })
        return { ...(await enter(reply, session.token)), phoneId: joined.phoneId }
      },
    )

    app.get(
      '/api/phone',
      {
        config: { action: 'open' },
        schema: {
          operationId: 'getOwnPhone',
          tags: ['phone'],
          summary: 'Who signs in on this phone, by its cookie; nobody without one',
          response: { 200: OwnPhone },
        },
      },
      async (request) => {
        const token = request.cookies[PHONE_COOKIE]
        const found = token === undefined ? null : await findPhone(poolQuery(deps.pool), token)
        return found ?? { phoneId: null, people: [] }
      },
    )

    app.post(
      '/api/phone/session',
      {
        config: { action: 'open' },
        schema: {
          operationId: 'signInOnPhone',
          tags: ['phone'],
          summary: 'Sign in on a phone that was taken into use, by PIN',
          body: PinSignIn,
          response: { 200: SignedIn },
        },
      },
      async (request, reply) => {
        requireOwn(request)
        const phoneToken = request.cookies[PHONE_COOKIE]
        if (phoneToken === undefined) throw new Refusal('phone-unknown')
        const { userId, pin } = request.body
        const { keyId, pinHash } = await transact(deps.pool, (tx) =>
          countPin(tx, { phoneToken, userId, now: deps.now() }),
        )
        // No transaction is open meanwhile: this takes long.
        if (!(await verifyPassword(pin, pinHash))) throw new Refusal('pin-wrong')
        const userAgent = request.headers['user-agent'] ?? ''
        const session = await transact(deps.pool, (tx) =>
          openPhoneSession(tx, { keyId, userId, userAgent, now: deps.now() }),
        )
        return enter(reply, session.token)
      },
    )

    app.get(
      '/api/phone/day',
      {
        config: { action: 'do-visits' },
        schema: {
          operationId: 'listOwnVisits',
          tags: ['phone'],
          summary: 'One’s own visits within a time, with what is to be known at the door',
          querystring: DayQuery,
          response: { 200: Day },
        },
      },
      async (request) => {
        const { scope } = principalOf(request)
        const { from, to } = request.query
        const asked = { from: new Date(from), to: new Date(to), now: deps.now() }
        const { asOf, value } = await snapshot(deps.reads, (db) => readDay(scope, db, asked))
        return { items: value, next: null, asOf }
      },
    )
  }
}
