import { testLine } from '@anju/domain/channel/notice'
import type { ChannelSettings } from '@anju/domain/channel/settings'
import { Refusal } from '@anju/domain/error'
import type { Answered } from '../notification/attempt.ts'
import { sendEmail } from '../notification/email.ts'
import { sendSms } from '../notification/sms.ts'
import { sendWebhook } from '../notification/webhook.ts'

/** Within the browser's own patience. */
const TEST_WITHIN_MS = 8000

/** Sends a message that says it is a test. Refuses `invalid-request` for a short message without a number. */
export async function sendTest(
  channel: ChannelSettings,
  { id, phone, timeZone, now }: { id: string; phone: string | undefined; timeZone: string; now: Date },
): Promise<Answered> {
  switch (channel.kind) {
    case 'webhook': {
      const payload = { type: 'channel.test', timestamp: now.toISOString(), data: {} }
      return sendWebhook(channel.settings, id, payload, now, TEST_WITHIN_MS)
    }
    case 'email': {
      const text = testLine(channel.settings.language, now, timeZone)
      return sendEmail(channel.settings, { id, subject: `[Anju] ${text}`, text }, TEST_WITHIN_MS)
    }
    case 'sms': {
      if (phone === undefined) throw new Refusal('invalid-request', 'Say which number the test goes to.')
      const text = testLine(channel.settings.language, now, timeZone)
      return sendSms(channel.settings, { phone: phone.replaceAll(/[ -]/g, ''), text, id }, TEST_WITHIN_MS)
    }
  }
}
