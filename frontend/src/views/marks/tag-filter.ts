/** A tag as a word of the search box. */
export const tagFilter = (tag: string): string => `tag:"${tag}"`
