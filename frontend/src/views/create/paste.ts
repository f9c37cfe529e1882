/** Pictures out of the clipboard. */

/** What of a paste is a picture: a file, or an address; undefined leaves the paste to the field it went to. */
export function pasted(data: DataTransfer | null, writing: boolean): File | string | undefined {
  if (!data) return undefined
  const text = data.getData('text/plain').trim()
  const picture = [...data.files].find((f) => f.type.startsWith('image/'))
  // Spreadsheets and web pages offer a picture of the text beside the text itself, file managers a file's name.
  if (writing && text !== '' && !(picture && text === picture.name)) return undefined
  if (picture) return picture
  return !writing && /^https?:\/\/\S+$/i.test(text) ? text : undefined
}

/** Whether files may have been copied, which only the host can tell: WebKitGTK names none, or gives their paths as text. */
export function mayHaveFiles(data: DataTransfer | null): boolean {
  if (!data) return false
  return data.types.length === 0 || data.types.some((t) => t === 'Files' || t === 'text/uri-list') || /^(\/|file:|x-special\/)/.test(data.getData('text/plain'))
}

export async function base64Of(blob: Blob): Promise<string> {
  const url = await new Promise<string>((resolve, reject) => {
    const reader = new FileReader()
    reader.onload = () => resolve(String(reader.result))
    reader.onerror = () => reject(reader.error ?? new Error('unreadable'))
    reader.readAsDataURL(blob)
  })
  return url.slice(url.indexOf(',') + 1)
}
