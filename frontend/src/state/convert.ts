/** Pictures that Go keeps but has no decoder for (HEIC, AVIF): the webview's makes them PNG, where it has one. */
import { host, type Fault, type Picture } from '../api'
import { blobToBase64 } from '../components/media/frame'
import { session } from './session.svelte'

/** The model's limit; Go would mend a larger one with a second loss. */
const MOST_BYTES = 20_000_000
const QUALITY = 0.95

/** The picture itself when Go could open it, else what the webview made of it. Rejects with `picture_undecodable`. */
export async function opened(picture: Picture): Promise<Picture> {
  if (picture.width > 0) return picture
  let drawn: Blob
  try {
    const answer = await fetch(session.media('picture', picture.id))
    if (!answer.ok) throw new Error(`the shelf answers ${answer.status}`)
    drawn = await redrawn(await answer.blob())
  } catch {
    const { name, type } = picture
    throw { code: 'invalid', rule: 'picture_undecodable', args: { name, type }, message: '' } satisfies Fault
  }
  const extension = drawn.type === 'image/jpeg' ? 'jpg' : 'png'
  return host.addPicture(`${picture.name.replace(/\.\w+$/, '')}.${extension}`, await blobToBase64(drawn))
}

/** Upright pixels and nothing else: a canvas writes no metadata. */
async function redrawn(source: Blob): Promise<Blob> {
  const bitmap = await createImageBitmap(source)
  const canvas = Object.assign(document.createElement('canvas'), { width: bitmap.width, height: bitmap.height })
  const pen = canvas.getContext('2d')
  if (!pen) throw new Error('no canvas')
  pen.drawImage(bitmap, 0, 0)
  bitmap.close()
  const png = await encoded(canvas, 'image/png')
  return png.size <= MOST_BYTES ? png : encoded(canvas, 'image/jpeg')
}

const encoded = (canvas: HTMLCanvasElement, type: string) => new Promise<Blob>((resolve, reject) => {
  canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('the picture can’t be encoded'))), type, QUALITY)
})
