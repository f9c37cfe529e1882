/** Pictures out of the clipboard. */

/** What of a paste is a picture: a file, or an address; undefined leaves the paste to the field it went to. */
export function pasted(data: DataTransfer | null, writing: boolean): File | string | undefined {
  if (!data) return undefined
  const text = data.getData('text/plain').trim()
  // Spreadsheets and web pages offer a picture of the text beside the text itself.
  if (writing && text !== '') return undefined
  const file = [...data.files].find((f) => f.type.startsWith('image/'))
  if (file) return file
  return !writing && /^https?:\/\/\S+$/i.test(text) ? text : undefined
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
