import type { ChannelKind, ChannelSettings } from '@anju/domain/channel/settings'

/** What a form holds: everything as typed. */
export interface Typed {
  url: string
  secret: string
  host: string
  port: string
  security: 'tls' | 'starttls' | 'none'
  user: string
  from: string
  to: string
  authority: string
  method: 'POST' | 'GET'
  headers: string
  encoding: 'form' | 'json'
  gbk: boolean
  body: string
  contains: string
  path: string
  equals: string
  language: 'zh-CN' | 'en'
}

export function blank(language: 'zh-CN' | 'en'): Typed {
  return {
    url: '',
    secret: '',
    host: '',
    port: '465',
    security: 'tls',
    user: '',
    from: '',
    to: '',
    authority: '',
    method: 'POST',
    headers: '',
    encoding: 'form',
    gbk: false,
    body: 'mobile={phone}\ncontent={text}',
    contains: '',
    path: '',
    equals: '',
    language,
  }
}

/** The settings as a form shows them; secrets are never among them. */
export function typedOf(channel: ChannelSettings, language: 'zh-CN' | 'en'): Typed {
  const fresh = blank(language)
  switch (channel.kind) {
    case 'webhook':
      return { ...fresh, url: channel.settings.url }
    case 'email': {
      const { to, port, password: _none, ...same } = channel.settings
      return { ...fresh, ...same, port: String(port), to: to.join('\n') }
    }
    case 'sms': {
      const { headers, success, ...same } = channel.settings
      const lines = headers.map(({ name, value }) => `${name}: ${value}`).join('\n')
      return { ...fresh, ...same, ...success, headers: lines, secret: '' }
    }
  }
}

export function settingsOf(kind: ChannelKind, typed: Typed): ChannelSettings {
  const { url, secret, language } = typed
  switch (kind) {
    case 'webhook':
      return { kind, settings: { url: url.trim(), secret } }
    case 'email': {
      const { host, port, security, authority, user, from, to } = typed
      return {
        kind,
        settings: {
          host: host.trim(),
          port: Number(port),
          security,
          authority: authority.trim(),
          user: user.trim(),
          password: secret,
          from: from.trim(),
          to: lines(to),
          language,
        },
      }
    }
    case 'sms': {
      const { method, encoding, gbk, body, contains, path, equals } = typed
      const headers = lines(typed.headers).map((line) => {
        const [name = '', ...value] = line.split(':')
        return { name: name.trim(), value: value.join(':').trim() }
      })
      const success = { contains: contains.trim(), path: path.trim(), equals: equals.trim() }
      return { kind, settings: { method, url: url.trim(), headers, encoding, gbk, body, secret, success, language } }
    }
  }
}

const lines = (text: string): string[] =>
  text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '')
