import type { Signal } from '@anju/api/video-look/schema'
import { request } from '../api/request.ts'

/** A browser without a relay finds its own ways in milliseconds; with one that does not answer it never ends. */
const GATHER_MS = 3000
const ASK_AGAIN_MS = 1000

export const signalOf = (lookId: string): Promise<Signal> => request<Signal>(`/api/video-looks/${lookId}/signal`)

export const peerOf = ({ iceServers }: Signal): RTCPeerConnection => new RTCPeerConnection({ iceServers })

/** A description with every way in it, so that one message in each direction is all that is to be carried. */
export async function described(peer: RTCPeerConnection): Promise<string> {
  await new Promise<void>((resolve) => {
    const done = (): void => void (peer.iceGatheringState === 'complete' && resolve())
    peer.addEventListener('icegatheringstatechange', done)
    setTimeout(resolve, GATHER_MS)
    done()
  })
  return peer.localDescription?.sdp ?? ''
}

/** The phone's answer of the other side; null: the look ended meanwhile. */
export async function awaitedAnswer(lookId: string, gone: () => boolean): Promise<string | null> {
  while (!gone()) {
    const signal = await signalOf(lookId).catch(() => null)
    if (signal?.answer) return signal.answer
    if (signal?.state === 'ended') return null
    await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS))
  }
  return null
}

/** Camera off, microphone off, connection shut: whatever way a look ends. */
export function shut(peer: RTCPeerConnection | null, media: MediaStream | null): void {
  peer?.close()
  media?.getTracks().forEach((track) => track.stop())
}
