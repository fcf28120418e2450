import { SvelteMap } from 'svelte/reactivity'
import { toErrorShape, type ErrorShape } from '../../src-main/contract/errors.ts'

export interface ToastAction {
  readonly label: string
  readonly run: () => void
}

export interface ToastInput {
  readonly level?: 'information' | 'warning' | 'error'
  readonly message: string
  /** The stable code of an error. */
  readonly code?: string | undefined
  readonly action?: ToastAction | undefined
  readonly secondAction?: ToastAction | undefined
  /** What it is about, where that can settle it: see `settle`. */
  readonly about?: string | undefined
}

export interface Toast {
  readonly id: number
  readonly level: 'information' | 'warning' | 'error'
  readonly message: string
  readonly code: string | null
  readonly action: ToastAction | null
  readonly secondAction: ToastAction | null
  readonly about: string | null
}

const informationMs = 6_000
const withActionMs = 12_000
const maximumShown = 4
/** More than these would hide too much of what lies below. Errors are worth that. */
const maximumPassing = 2

/** Short messages over the window. Errors stay until dismissed, and make way last; the pointer or the focus on one holds it. */
export class ToastStore {
  #toasts = $state.raw<readonly Toast[]>([])
  readonly #timers = new SvelteMap<number, ReturnType<typeof setTimeout>>()
  #lastId = 0

  get shown(): readonly Toast[] {
    return this.#toasts
  }

  /** Shows a message. The same text without an action is shown once, not stacked. */
  show(input: ToastInput): void {
    const toast: Toast = {
      id: (this.#lastId += 1),
      level: input.level ?? 'information',
      message: input.message,
      code: input.code ?? null,
      action: input.action ?? null,
      secondAction: input.secondAction ?? null,
      about: input.about ?? null,
    }
    for (const other of this.#toasts) {
      if (other.message === toast.message && other.action === null && toast.action === null) this.dismiss(other.id)
    }
    this.#toasts = [...this.#toasts, toast]
    const passing = this.#toasts.filter((other) => other.level !== 'error')
    for (const extra of passing.slice(0, Math.max(0, passing.length - maximumPassing))) this.dismiss(extra.id)
    while (this.#toasts.length > maximumShown) {
      const extra = this.#toasts.find((other) => other.level !== 'error') ?? this.#toasts[0]
      if (extra !== undefined) this.dismiss(extra.id)
    }
    this.release(toast.id)
  }

  /** Shows anything thrown as its coded sentence. A cancelled operation is not an error and shows nothing. */
  showError(thrown: unknown, about?: string): void {
    const shape: ErrorShape = toErrorShape(thrown)
    if (shape.code === 'cancelled') return
    this.show({ level: 'error', message: shape.message, code: shape.code, about })
  }

  /** Takes away what is said about something that is settled, or told in a better place. */
  settle(about: string): void {
    for (const toast of this.#toasts) if (toast.about === about) this.dismiss(toast.id)
  }

  dismiss(id: number): void {
    this.hold(id)
    this.#toasts = this.#toasts.filter((toast) => toast.id !== id)
  }

  /** Stops the clock of a toast. */
  hold(id: number): void {
    clearTimeout(this.#timers.get(id))
    this.#timers.delete(id)
  }

  /** Starts the clock of a toast again. */
  release(id: number): void {
    const toast = this.#toasts.find((candidate) => candidate.id === id)
    if (toast === undefined || toast.level === 'error') return
    this.hold(id)
    const lifeMs = toast.action === null ? informationMs : withActionMs
    this.#timers.set(
      id,
      setTimeout(() => this.dismiss(id), lifeMs),
    )
  }

  close(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer)
    this.#timers.clear()
  }
}
