import type { VideoLook } from '@anju/api/video-look/schema'
import type { LookConsent } from '@anju/domain/visit/video-look'
import { request } from '../api/request.ts'
import { awaitedAnswer, described, peerOf, shut, signalOf } from './peer.ts'

/** The side that is looked at: camera and microphone of the caregiver's phone, from the elder's yes until it ends. */
export class Showing {
  state = $state<'before' | 'opening' | 'no-camera' | 'connecting' | 'live' | 'over'>('before')
  own = $state.raw<MediaStream | null>(null)
  voice = $state.raw<MediaStream | null>(null)
  #peer: RTCPeerConnection | null = null

  async show(lookId: string, consent: LookConsent): Promise<void> {
    this.state = 'opening'
    try {
      this.own = await navigator.mediaDevices.getUserMedia({
        video: { facingMode: 'environment', width: { ideal: 1280 } },
        audio: true,
      })
    } catch {
      this.state = 'no-camera'
      return
    }
    this.state = 'connecting'
    try {
      const peer = peerOf(await signalOf(lookId))
      this.#peer = peer
      for (const track of this.own.getTracks()) peer.addTrack(track, this.own)
      peer.addEventListener('track', ({ track }) => (this.voice = new MediaStream([track])))
      peer.addEventListener('connectionstatechange', () => this.#changed(peer))
      await peer.setLocalDescription(await peer.createOffer())
      const body = { consent, offer: await described(peer) }
      await request<VideoLook>(`/api/video-looks/${lookId}/agree`, { method: 'POST', body })
      const answer = await awaitedAnswer(lookId, () => this.#peer !== peer)
      if (answer === null) return this.close()
      await peer.setRemoteDescription({ type: 'answer', sdp: answer })
    } catch {
      this.close()
    }
  }

  async end(lookId: string): Promise<void> {
    this.close()
    await request(`/api/video-looks/${lookId}/end`, { method: 'POST', body: {} }).catch(() => undefined)
  }

  /** Whatever happens, the camera goes off. */
  close(): void {
    shut(this.#peer, this.own)
    this.#peer = this.own = this.voice = null
    this.state = 'over'
  }

  #changed(peer: RTCPeerConnection): void {
    if (peer !== this.#peer) return
    if (peer.connectionState === 'connected') this.state = 'live'
    if (peer.connectionState === 'failed' || peer.connectionState === 'closed') this.close()
  }
}
