import { createTransport } from 'nodemailer'
import { excerpt } from '@anju/domain/channel/answer'
import type { EmailSettings } from '@anju/domain/channel/settings'
import { ANSWER_WITHIN_MS, type Answered, attempt } from './attempt.ts'

/**
 * Sends one letter over SMTP. `id` makes its Message-ID: a server or mailbox that sees it twice knows it for the same.
 * A recipient that the server refuses is a failure, though others were taken: whoever reads the log must know. Never
 * throws.
 */
export function sendEmail(
  settings: EmailSettings,
  letter: { id: string; subject: string; text: string },
  withinMs: number = ANSWER_WITHIN_MS,
): Promise<Answered> {
  const { host, port, security, authority, user, password, from, to } = settings
  const transport = createTransport({
    host,
    port,
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    ...(authority !== '' && { tls: { ca: authority } }),
    ...(user !== '' && { auth: { user, pass: password } }),
    connectionTimeout: withinMs,
    greetingTimeout: withinMs,
    socketTimeout: withinMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  return attempt(async () => {
    try {
      const sent = await transport.sendMail({
        from,
        to,
        subject: letter.subject,
        text: letter.text,
        messageId: `<${letter.id}@${from.split('@')[1] ?? 'anju'}>`,
        headers: { 'Auto-Submitted': 'auto-generated' },
      })
      const status = Number(/^\d{3}/.exec(sent.response)?.[0] ?? Number.NaN)
      const refused = sent.rejected.length
      return {
        status: Number.isNaN(status) ? null : status,
        error: refused === 0 ? null : `the server refused ${refused} of ${to.length} recipients`,
        said: excerpt(sent.response),
      }
    } catch (error) {
      if (!(error instanceof Error)) throw error
      const code = 'responseCode' in error && typeof error.responseCode === 'number' ? error.responseCode : null
      return { status: code, error: excerpt(withoutMail(error.message)), said: excerpt(withoutMail(error.message)) }
    }
  }, withinMs).finally(() => transport.close())
}

/** Servers repeat addresses in their refusals; the log needs none. */
function withoutMail(text: string): string {
  return text.replaceAll(/[^\s<>@"]+@[^\s<>@",;]+/g, '…')
}
