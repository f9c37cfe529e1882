/** Single frames out of a video file, by the page's own decoder. */

export interface Grab {
  /** Seconds from the beginning; 'last' is the last frame there is. */
  at: number | 'last'
  frameRate?: number
  /** Scales down to this width; without it the frame keeps its size. */
  maxWidth?: number
  type: 'image/jpeg' | 'image/png'
  quality?: number
}

const PATIENCE = 15_000
const SHOWN = 300

/** The moments to try, in turn: near the end some decoders give nothing. */
export function moments(at: Grab['at'], duration: number, frameRate = 0): number[] {
  const frame = 1 / (frameRate > 0 ? frameRate : 24)
  const known = Number.isFinite(duration) ? duration : 0
  const wanted = at === 'last' ? [known - frame / 2, known - frame * 1.5, known - 0.25] : [Math.min(at, known / 2), 0]
  return [...new Set(wanted.map((t) => Math.max(0, t)))]
}

function happened(video: HTMLVideoElement, name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (run: () => void) => () => {
      clearTimeout(timer)
      video.removeEventListener(name, done)
      video.removeEventListener('error', failed)
      run()
    }
    const done = settle(resolve)
    const failed = settle(() => reject(new Error('the video gives no frame')))
    const timer = setTimeout(failed, PATIENCE)
    video.addEventListener(name, done)
    video.addEventListener('error', failed)
  })
}

/** After a seek the picture may come a moment later than the event. */
function shown(video: HTMLVideoElement): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, SHOWN)
    video.requestVideoFrameCallback?.(() => resolve())
  })
}

/** Shows the frame of a moment, in seconds. */
export async function seek(video: HTMLVideoElement, to: number): Promise<void> {
  const sought = happened(video, 'seeked')
  const frame = shown(video)
  video.currentTime = to
  await sought
  await frame
}

/** What is shown, as a picture. An engine that can't write the type writes PNG. */
export function draw(video: HTMLVideoElement, grab: Pick<Grab, 'maxWidth' | 'quality'> & { type: string }): Promise<Blob> {
  const { videoWidth: width, videoHeight: height } = video
  if (!width || !height) return Promise.reject(new Error('the video has no picture'))
  const scale = grab.maxWidth ? Math.min(1, grab.maxWidth / width) : 1
  const canvas = document.createElement('canvas')
  canvas.width = Math.round(width * scale)
  canvas.height = Math.round(height * scale)
  const pen = canvas.getContext('2d')
  if (!pen) return Promise.reject(new Error('no canvas'))
  pen.drawImage(video, 0, 0, canvas.width, canvas.height)
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('the frame can’t be encoded'))), grab.type, grab.quality)
  })
}

/** Runs with a video that is loaded and unseen. Rejects with an Error when the file can't be decoded here. */
export async function withVideo<T>(address: string, run: (video: HTMLVideoElement) => Promise<T>): Promise<T> {
  const video = document.createElement('video')
  video.crossOrigin = 'anonymous'
  video.muted = true
  video.playsInline = true
  video.preload = 'auto'
  video.tabIndex = -1
  video.setAttribute('aria-hidden', 'true')
  // In the page, though unseen: some engines load nothing into an element outside of it.
  video.style.cssText = 'position:fixed;left:0;top:0;width:1px;height:1px;opacity:0;pointer-events:none'
  const loaded = happened(video, 'loadeddata')
  video.src = address
  document.body.append(video)
  try {
    await loaded
    return await run(video)
  } finally {
    // Without this the decoder and its buffers stay until the collector comes.
    video.removeAttribute('src')
    video.load()
    video.remove()
  }
}

/** Rejects with an Error when the file can't be decoded here. */
export const grabFrame = (address: string, grab: Grab): Promise<Blob> => withVideo(address, async (video) => {
  let trouble: unknown
  for (const moment of moments(grab.at, video.duration, grab.frameRate)) {
    try {
      await seek(video, moment)
      return await draw(video, grab)
    } catch (reason) {
      trouble = reason
    }
  }
  throw trouble
})

export function blobToBase64(blob: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader()
    reader.onload = () => resolve(String(reader.result).split(',')[1] ?? '')
    reader.onerror = () => reject(reader.error)
    reader.readAsDataURL(blob)
  })
}
