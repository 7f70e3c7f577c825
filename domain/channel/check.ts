import type { ChannelSettings, EmailSettings, SmsSettings, WebhookSettings } from './settings.ts'
import { placeholdersOf, PLACEHOLDERS, fill } from './template.ts'

/** What is wrong with a setting, in a code that a screen has words for. */
export const settingProblems = [
  'address-invalid', // must begin with http:// or https://
  'secret-missing',
  'host-invalid',
  'mail-invalid', // not an e-mail address
  'password-missing', // a user without one
  'sign-in-in-the-clear', // a password would cross the net unsealed
  'authority-invalid', // not a certificate in PEM
  'header-invalid',
  'placeholder-unknown',
  'text-missing', // {text} stands nowhere
  'phone-missing', // {phone} stands nowhere
  'json-broken',
  'path-without-value', // a path to look at, but not what should stand there
  'path-invalid',
] as const
export type SettingProblem = (typeof settingProblems)[number]
export interface WrongSetting {
  field: string
  problem: SettingProblem
}

/** All that is wrong with the settings, by field; empty: they can be tried. */
export function wrongSettings(channel: ChannelSettings): WrongSetting[] {
  switch (channel.kind) {
    case 'webhook':
      return wrongWebhook(channel.settings)
    case 'email':
      return wrongEmail(channel.settings)
    case 'sms':
      return wrongSms(channel.settings)
  }
}

function wrongWebhook({ url, secret }: WebhookSettings): WrongSetting[] {
  return [...wrong('url', !isWebAddress(url), 'address-invalid'), ...wrong('secret', secret === '', 'secret-missing')]
}

/** Enough to find a slip of the finger; whether it exists only its server knows. */
const MAIL = /^[^\s@<>",;]+@[^\s@<>",;]+$/

function wrongEmail({ host, security, authority, user, password, from, to }: EmailSettings): WrongSetting[] {
  return [
    ...wrong('host', !/^[\p{L}\p{N}.:-]+$/u.test(host), 'host-invalid'),
    ...wrong('authority', authority !== '' && !authority.includes('-----BEGIN CERTIFICATE-----'), 'authority-invalid'),
    ...wrong('password', user !== '' && password === '', 'password-missing'),
    ...wrong('security', security === 'none' && user !== '', 'sign-in-in-the-clear'),
    ...wrong('from', !MAIL.test(from), 'mail-invalid'),
    ...wrong('to', !to.every((each) => MAIL.test(each)), 'mail-invalid'),
  ]
}

function wrongSms(settings: SmsSettings): WrongSetting[] {
  const { method, url, headers, encoding, body, secret, success } = settings
  const sent = [url, ...headers.map(({ value }) => value), method === 'POST' ? body : '']
  const used = sent.flatMap(placeholdersOf)
  const unknown = (text: string) => placeholdersOf(text).some((name) => !PLACEHOLDERS.some((known) => known === name))
  const isHeader = ({ name, value }: { name: string; value: string }) =>
    /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name) && /^[\x20-\x7e]*$/.test(value)
  return [
    ...wrong('url', !isWebAddress(fill(url, EXAMPLE, encodeURIComponent)), 'address-invalid'),
    ...wrong('url', unknown(url), 'placeholder-unknown'),
    ...wrong('headers', !headers.every(isHeader), 'header-invalid'),
    ...wrong(
      'headers',
      headers.some(({ value }) => unknown(value) || /\{(text|phone)\}/.test(value)),
      'placeholder-unknown',
    ),
    ...wrong('body', method === 'POST' && unknown(body), 'placeholder-unknown'),
    ...wrong('body', method === 'POST' && encoding === 'json' && !isJson(body), 'json-broken'),
    ...wrong(method === 'GET' ? 'url' : 'body', !used.includes('text'), 'text-missing'),
    ...wrong(method === 'GET' ? 'url' : 'body', !used.includes('phone'), 'phone-missing'),
    ...wrong('secret', used.includes('secret') && secret === '', 'secret-missing'),
    ...wrong('path', success.path !== '' && !/^[^.\s]+(\.[^.\s]+)*$/.test(success.path), 'path-invalid'),
    ...wrong('equals', success.path !== '' && success.equals === '', 'path-without-value'),
  ]
}

const EXAMPLE = { phone: '13800000000', text: 'x', id: 'x', secret: 'x' }

function isJson(template: string): boolean {
  try {
    JSON.parse(fill(template, EXAMPLE, (value) => value))
    return true
  } catch {
    return false
  }
}

function isWebAddress(value: string): boolean {
  return URL.canParse(value) && ['http:', 'https:'].includes(new URL(value).protocol)
}

function wrong(field: string, is: boolean, problem: SettingProblem): WrongSetting[] {
  return is ? [{ field, problem }] : []
}
