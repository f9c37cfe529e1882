/** Whether this system's web view can decode what Atlas Cloud delivers. On Linux that depends on GStreamer's plug-ins. */
const H264 = 'video/mp4; codecs="avc1.42E01E"'

/** The codes of a MediaError that a missing decoder gives; a file that is gone gives the latter, too. */
const DECODE = 3, UNSUPPORTED = 4

/** Whether a video failed because the system has no decoder of H.264. `can` asks an engine what it plays: '' is never. */
export function lacksDecoder(code: number, can: (type: string) => string = (type) => document.createElement('video').canPlayType(type)): boolean {
  return (code === DECODE || code === UNSUPPORTED) && can(H264) === ''
}
