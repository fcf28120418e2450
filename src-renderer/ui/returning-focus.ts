let returning = false

/** True while a closing dialog or menu gives the focus back: that is no wish to read a hint. */
export function isReturningFocus(): boolean {
  return returning
}

/** Called just before the focus is given back, which happens in the same turn. */
export function noteReturningFocus(): void {
  returning = true
  queueMicrotask(() => (returning = false))
}
