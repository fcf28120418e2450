/** An error at a field: the sentence, and the stable code where there is one. */
export interface FieldError {
  readonly message: string
  readonly code?: string | undefined
}
