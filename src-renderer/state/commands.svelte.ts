import { untrack } from 'svelte'
import { shortcutOf, showShortcut, typesText, type Shortcut } from './shortcuts.ts'

/** Something a person can do, offered in the palette, by shortcut and in the list of shortcuts. */
export interface Command {
  /** `subject.verb`, unique. */
  readonly id: string
  readonly title: string
  /** Heading in the list of shortcuts: "Window", "Session". */
  readonly group: string
  /** The first is shown, all work. */
  readonly shortcuts?: readonly Shortcut[]
  /** Whether it can be done now; a command that cannot is neither offered nor run. Always when not given. */
  readonly enabled?: () => boolean
  readonly run: () => void
}

/** Every command of the window. Views add theirs while they are shown. */
export class CommandRegistry {
  #commands = $state.raw<readonly Command[]>([])
  readonly #onMac: boolean

  constructor(onMac: boolean) {
    this.#onMac = onMac
  }

  get all(): readonly Command[] {
    return this.#commands
  }

  /** Those that can be done now. */
  get available(): readonly Command[] {
    return this.#commands.filter((command) => command.enabled?.() ?? true)
  }

  /**
   * Adds commands until the returned function is called; may be returned from an effect. A later command wins a shortcut
   * over an earlier one.
   */
  register(commands: readonly Command[]): () => void {
    const others = untrack(() => this.#commands)
    this.#commands = [...others, ...commands]
    return () => {
      this.#commands = untrack(() => this.#commands).filter((command) => !commands.includes(command))
    }
  }

  run(id: string): void {
    this.available.findLast((command) => command.id === id)?.run()
  }

  /** The shortcut as people read it; undefined when the command has none. */
  shown(command: Pick<Command, 'shortcuts'>): string | undefined {
    const first = command.shortcuts?.[0]
    return first === undefined ? undefined : showShortcut(first, this.#onMac)
  }

  /** As `shown`, for a command named by its id. */
  keysOf(id: string): string | undefined {
    const command = this.#commands.findLast((candidate) => candidate.id === id)
    return command === undefined ? undefined : this.shown(command)
  }

  /** A shortcut that no command owns, as people read it on this system. */
  show(shortcut: Shortcut): string {
    return showShortcut(shortcut, this.#onMac)
  }

  /** Runs the command of a key press; true when there was one. */
  handleKey(event: KeyboardEvent): boolean {
    if (event.defaultPrevented || event.isComposing) return false
    const shortcut = shortcutOf(event, this.#onMac)
    if (typesText(shortcut) && isEditing(event.target)) return false
    const command = this.available.findLast((candidate) => candidate.shortcuts?.includes(shortcut))
    if (command === undefined) return false
    event.preventDefault()
    command.run()
    return true
  }
}

function isEditing(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  return target.isContentEditable || target.matches('input, textarea, select, [role="textbox"]')
}
