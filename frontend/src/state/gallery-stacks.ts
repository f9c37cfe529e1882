/** Whether stacks show as one, kept from one visit to the next; and which questions are one. */
import type { GalleryQuery } from '../api'

const STORE = 'conch.gallery.stacked'

export const stackedAtFirst = (): boolean => localStorage.getItem(STORE) === 'yes'
export const keepStacked = (on: boolean): void => localStorage.setItem(STORE, on ? 'yes' : 'no')

export const same = (a: GalleryQuery, b: GalleryQuery): boolean =>
  a.text === b.text && a.view === b.view && a.collection === b.collection && a.stacked === b.stacked && a.stack === b.stack
