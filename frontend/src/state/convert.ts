/** Pictures that Go keeps but can't decode (HEIC, AVIF, a JPEG that is cut short): the webview's makes them PNG, where it can. */
import { host, type Fault, type Picture } from '../api'
import { blobToBase64 } from '../components/media/frame'
import { session } from './session.svelte'

/** The model's limit; Go would mend a larger one with a second loss. */
const MOST_BYTES = 20_000_000
const QUALITY = 0.95

/**
 * The picture itself when Go could open it, else what the webview made of it. Rejects with `picture_undecodable`, or
 * with `picture_broken` for a kind that Go opens.
 */
export async function opened(picture: Picture): Promise<Picture> {
  if (picture.width > 0) return picture
  const { name, type } = picture
  const broken = picture.problems?.some((p) => p.rule === 'picture_broken') ?? false
  let drawn: Blob
  try {
    drawn = await redrawn(session.media('picture', picture.id))
  } catch {
    throw { code: 'invalid', ...(broken ? { rule: 'picture_broken' } : { rule: 'picture_undecodable' }), args: { name, type }, message: '' } satisfies Fault
  }
  const extension = drawn.type === 'image/jpeg' ? 'jpg' : 'png'
  const made = await host.addPicture(`${name.replace(/\.\w+$/, '')}.${extension}`, await blobToBase64(drawn))
  return broken ? { ...made, remarks: [...(made.remarks ?? []), { rule: 'create_picture_cut', args: {}, fix: '' }] } : made
}

/** Upright pixels in sRGB and nothing else: a canvas writes no metadata. */
async function redrawn(address: string): Promise<Blob> {
  const answer = await fetch(address)
  if (!answer.ok) throw new Error(`the shelf answers ${answer.status}`)
  // An element shows what there is of a file that is cut short; a bitmap wants it whole.
  const source = await createImageBitmap(await answer.blob()).catch(() => element(address))
  const [width, height] = source instanceof HTMLImageElement ? [source.naturalWidth, source.naturalHeight] : [source.width, source.height]
  const canvas = Object.assign(document.createElement('canvas'), { width, height })
  const pen = canvas.getContext('2d')
  if (!pen || width === 0) throw new Error('no pixels')
  pen.drawImage(source, 0, 0)
  if (!(source instanceof HTMLImageElement)) source.close()
  const png = await encoded(canvas, 'image/png')
  if (png.size <= MOST_BYTES) return png
  // JPEG knows no transparency, and a canvas would make it black.
  pen.globalCompositeOperation = 'destination-over'
  pen.fillStyle = '#fff'
  pen.fillRect(0, 0, width, height)
  return encoded(canvas, 'image/jpeg')
}

const element = (address: string) => new Promise<HTMLImageElement>((resolve, reject) => {
  const image = new Image()
  image.crossOrigin = 'anonymous'
  image.onload = () => resolve(image)
  image.onerror = () => reject(new Error('the webview can’t show it'))
  image.src = address
})

const encoded = (canvas: HTMLCanvasElement, type: string) => new Promise<Blob>((resolve, reject) => {
  canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('the picture can’t be encoded'))), type, QUALITY)
})
