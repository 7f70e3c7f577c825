import { ESCALATIONS } from '@anju/domain/alarm/kinds'
import { letterOf, lineOf, type Notice } from '@anju/domain/channel/notice'
import type { ChannelSettings } from '@anju/domain/channel/settings'
import type { Attempt, DueNotification } from '@anju/prisma/notification/apply'
import { sendEmail } from './email.ts'
import { sendSms } from './sms.ts'
import { sendWebhook } from './webhook.ts'

/** Tells one channel of one notification. Never throws. */
export async function deliver(
  channel: ChannelSettings,
  notification: DueNotification,
  { publicUrl, now, answerWithinMs }: { publicUrl: string | null; now: Date; answerWithinMs: number | undefined },
): Promise<Attempt> {
  const { id, body, phone } = notification
  const notice = noticeOf(notification, publicUrl)
  switch (channel.kind) {
    case 'webhook': {
      const { place, since, drill, link } = notice
      const payload = { ...body, notice: { place, since: since.toISOString(), drill, link } }
      return plain(await sendWebhook(channel.settings, id, payload, now, answerWithinMs))
    }
    case 'email': {
      const letter = letterOf(notice, channel.settings.language)
      return plain(await sendEmail(channel.settings, { id, ...letter }, answerWithinMs))
    }
    case 'sms': {
      if (phone === null) return { status: null, error: 'has no telephone number', tookMs: 0, final: true }
      const text = lineOf(notice, channel.settings.language)
      return plain(await sendSms(channel.settings, { phone, text, id }, answerWithinMs))
    }
  }
}

/** What is kept of an attempt: not all that was said. */
function plain({ status, error, tookMs }: Attempt): Attempt {
  return { status, error, tookMs }
}

function noticeOf({ alarm, body, more }: DueNotification, publicUrl: string | null): Notice {
  const { id, kind, priority, place, timeZone, raisedAt, drill, about } = alarm
  const data = body['data']
  const reason = typeof data === 'object' && data !== null && 'reason' in data ? data.reason : null
  return {
    kind,
    priority,
    place,
    timeZone,
    since: raisedAt,
    reason: ESCALATIONS.find((known) => known === reason) ?? null,
    about,
    drill,
    more,
    // of several, the queue
    link: publicUrl === null ? null : more === null ? `${publicUrl}/alarms/${id}` : `${publicUrl}/`,
  }
}
