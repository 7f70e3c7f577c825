import type { VideoLook } from '@anju/api/video-look/schema'
import { request } from '../api/request.ts'
import { described, peerOf, shut, signalOf } from './peer.ts'

/** The side that looks: answers the phone's offer, shows what comes, and says when pictures arrive. */
export class Watching {
  scene = $state.raw<MediaStream | null>(null)
  failed = $state(false)
  /** Our own voice does not get there. */
  muted = $state(false)
  #lookId: string | null = null
  #peer: RTCPeerConnection | null = null
  #voice: MediaStream | null = null

  /** Once a look; asked again for the same it goes on. */
  async answer(lookId: string): Promise<void> {
    if (this.#lookId === lookId) return
    this.close()
    this.#lookId = lookId
    this.failed = false
    try {
      const signal = await signalOf(lookId)
      if (signal.offer === null) return
      const peer = peerOf(signal)
      this.#peer = peer
      peer.addEventListener('track', ({ streams: [stream] }) => (this.scene = stream ?? null))
      peer.addEventListener('connectionstatechange', () => void this.#changed(peer, lookId))
      await peer.setRemoteDescription({ type: 'offer', sdp: signal.offer })
      this.#voice = await navigator.mediaDevices?.getUserMedia({ audio: true }).catch(() => null)
      this.muted = !this.#voice
      for (const track of this.#voice?.getTracks() ?? []) peer.addTrack(track)
      await peer.setLocalDescription(await peer.createAnswer())
      await post(lookId, 'answer', { answer: await described(peer) })
    } catch {
      this.failed = true
    }
  }

  close(): void {
    shut(this.#peer, this.#voice)
    this.#lookId = this.#peer = this.#voice = this.scene = null
  }

  async #changed(peer: RTCPeerConnection, lookId: string): Promise<void> {
    if (peer !== this.#peer) return
    if (peer.connectionState === 'connected') await post(lookId, 'connected', {}).catch(() => undefined)
    if (peer.connectionState !== 'failed') return
    this.failed = true
    await post(lookId, 'end', {}).catch(() => undefined)
  }
}

const post = (lookId: string, what: string, body: object): Promise<VideoLook> =>
  request<VideoLook>(`/api/video-looks/${lookId}/${what}`, { method: 'POST', body })
