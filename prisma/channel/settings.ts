import { type ChannelKind, type ChannelSettings, parseSettings } from '@anju/domain/channel/settings'
import { type MasterKey, open, seal } from '../key.ts'

const PURPOSE = 'channel'

/** Sealed under the channel's own id: another row's settings do not open here. */
export function sealSettings(key: MasterKey, channelId: string, { settings }: ChannelSettings): Buffer {
  return seal(key, PURPOSE, channelId, Buffer.from(JSON.stringify(settings)))
}

/** What was sealed. Throws with another key, or when it is no longer as this version writes it. */
export function openSettings(
  key: MasterKey,
  channel: { id: string; kind: ChannelKind; settingsSealed: Uint8Array },
): ChannelSettings {
  const opened = open(key, PURPOSE, channel.id, channel.settingsSealed).toString('utf8')
  return parseSettings(channel.kind, JSON.parse(opened))
}
