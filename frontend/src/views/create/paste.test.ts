import { describe, expect, it } from 'vitest'
import { base64Of, pasted } from './paste'

const clipboard = (text: string, ...files: File[]) => ({ getData: () => text, files }) as unknown as DataTransfer
const png = new File(['png'], 'image.png', { type: 'image/png' })

describe('a paste', () => {
  it('is a picture when it holds one', () => {
    expect(pasted(clipboard('', png), false)).toBe(png)
    expect(pasted(clipboard('', png), true)).toBe(png)
    expect(pasted(clipboard('', new File(['x'], 'a.txt', { type: 'text/plain' })), false)).toBeUndefined()
  })
  it('is an address only where nothing is being written', () => {
    expect(pasted(clipboard(' https://example.com/a.png '), false)).toBe('https://example.com/a.png')
    expect(pasted(clipboard('https://example.com/a.png'), true)).toBeUndefined()
    expect(pasted(clipboard('a heron'), false)).toBeUndefined()
  })
  it('stays text in a text field, whatever picture comes along', () => {
    expect(pasted(clipboard('1\t2', png), true)).toBeUndefined()
  })
  it('goes to the host in base64', async () => {
    expect(await base64Of(new Blob(['conch']))).toBe(btoa('conch'))
  })
})
