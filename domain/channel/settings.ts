import { Type, type Static } from 'typebox'
import { Value } from 'typebox/value'

/** A way to the outside: where it leads and with what secret. Kept sealed; the secret parts are never shown again. */
export const channelKinds = ['webhook', 'email', 'sms'] as const
export type ChannelKind = (typeof channelKinds)[number]

const Address = Type.String({ minLength: 1, maxLength: 1000 })
const Secret = Type.String({ maxLength: 500, description: 'Never shown again; empty in a change: as it was' })
const Language = Type.Enum(['zh-CN', 'en'], { description: 'Of the words a person reads' })
const strict = { additionalProperties: false }

export const WebhookSettings = Type.Object({ url: Address, secret: Secret }, strict)
export type WebhookSettings = Static<typeof WebhookSettings>

/** tls: from the first byte (usually port 465); starttls: required before anything is said; none: in the clear. */
export const EmailSettings = Type.Object(
  {
    host: Type.String({ minLength: 1, maxLength: 255 }),
    port: Type.Integer({ minimum: 1, maximum: 65_535 }),
    security: Type.Enum(['tls', 'starttls', 'none']),
    /** PEM of the authority that vouches for the server; empty: those everybody trusts. */
    authority: Type.String({ maxLength: 20_000 }),
    /** Empty: no sign-in. */
    user: Type.String({ maxLength: 255 }),
    password: Secret,
    from: Type.String({ maxLength: 255 }),
    to: Type.Array(Type.String({ maxLength: 255 }), { minItems: 1, maxItems: 50 }),
    language: Language,
  },
  strict,
)
export type EmailSettings = Static<typeof EmailSettings>

/**
 * An SMS gateway as its own paper describes it. `{phone}`, `{text}`, `{id}` and `{secret}` may stand in the address,
 * the headers and the body, and are written as each place needs it.
 */
export const SmsSettings = Type.Object(
  {
    method: Type.Enum(['POST', 'GET']),
    url: Address,
    headers: Type.Array(
      Type.Object({ name: Type.String({ maxLength: 100 }), value: Type.String({ maxLength: 1000 }) }, strict),
      { maxItems: 20 },
    ),
    encoding: Type.Enum(['form', 'json']),
    /** Whether the gateway writes and reads GBK and not UTF-8. */
    gbk: Type.Boolean(),
    body: Type.String({ maxLength: 8000 }),
    secret: Secret,
    /** What its answer must be to count as taken, beside a status of 2xx; all that is not empty holds. */
    success: Type.Object(
      {
        contains: Type.String({ maxLength: 200 }),
        /** 'data.0.code' of a JSON answer … */
        path: Type.String({ maxLength: 200 }),
        /** … is written so. */
        equals: Type.String({ maxLength: 200 }),
      },
      strict,
    ),
    language: Language,
  },
  strict,
)
export type SmsSettings = Static<typeof SmsSettings>

export type ChannelSettings =
  | { kind: 'webhook'; settings: WebhookSettings }
  | { kind: 'email'; settings: EmailSettings }
  | { kind: 'sms'; settings: SmsSettings }

/** Settings that were kept as JSON. Throws when they are no longer as this version writes them. */
export function parseSettings(kind: ChannelKind, settings: unknown): ChannelSettings {
  switch (kind) {
    case 'webhook':
      return { kind, settings: Value.Parse(WebhookSettings, settings) }
    case 'email':
      return { kind, settings: Value.Parse(EmailSettings, settings) }
    case 'sms':
      return { kind, settings: Value.Parse(SmsSettings, settings) }
  }
}

/** The settings without what must not be shown, and whether a secret is kept. */
export function shown(channel: ChannelSettings): { channel: ChannelSettings; secretKept: boolean } {
  return { channel: withSecret(channel, ''), secretKept: secretOf(channel) !== '' }
}

/** The change with the secret that is kept, where it names none. */
export function keepingSecret(change: ChannelSettings, kept: ChannelSettings): ChannelSettings {
  if (change.kind !== kept.kind || secretOf(change) !== '') return change
  return withSecret(change, secretOf(kept))
}

/** Names of the settings that differ, for the history: never what they were. */
export function changedSettings(before: ChannelSettings, after: ChannelSettings): string[] {
  const [was, is] = [before.settings, after.settings].map((settings) => new Map(Object.entries(settings)))
  return [...(is ?? [])].flatMap(([name, value]) =>
    JSON.stringify(value) === JSON.stringify(was?.get(name)) ? [] : [name],
  )
}

function secretOf(channel: ChannelSettings): string {
  return channel.kind === 'email' ? channel.settings.password : channel.settings.secret
}

function withSecret(channel: ChannelSettings, secret: string): ChannelSettings {
  switch (channel.kind) {
    case 'webhook':
      return { kind: 'webhook', settings: { ...channel.settings, secret } }
    case 'email':
      return { kind: 'email', settings: { ...channel.settings, password: secret } }
    case 'sms':
      return { kind: 'sms', settings: { ...channel.settings, secret } }
  }
}
