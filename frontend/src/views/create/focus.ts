/** What is done later, if the keyboard has not gone elsewhere meanwhile: nobody who writes is interrupted. */
export function unlessMoved(then: () => void): () => void {
  const at = document.activeElement
  return () => {
    const now = document.activeElement
    if (now === at || now === document.body) then()
  }
}
