import type { ErrorShape } from '../../contract/errors.ts'
import type { SocketAddress } from '../../contract/schemas/common.ts'
import type { Clock } from '../../engine/ports.ts'
import type { FileContent } from '../../protocol/message/composition.ts'
import { RuleMachine, type ReplyStep, type RulesInUse } from '../../protocol/reply-rules/rule-machine.ts'
import type { ClientService, ServedClient, ServerBehaviour } from '../server-behaviour.ts'
import type { ReplyComposer } from './reply-composer.ts'

/** What the clients of a server share. */
export interface RuledServer {
  readonly clock: Clock
  readonly composer: ReplyComposer
  onApplied(ruleId: string): void
  onProblem(connection: number, error: ErrorShape): void
}

/**
 * A client behind rules, as the behaviour sees it, and that behaviour, as the client sees it. Without rules everything is handed on at
 * the cost of one call; rules that come while it is connected begin with the next bytes it sends.
 */
export class RuledClient implements ServedClient, ClientService {
  readonly connection: number
  readonly remote: SocketAddress
  readonly #client: ServedClient
  readonly #server: RuledServer
  #service: ClientService | null = null
  #rules: RulesInUse | null
  #machine: RuleMachine | null
  #isBlocked = false
  #isReadingFile = false
  #isPumping = false
  #isClosed = false
  #heldByServer = false
  #heldByRules = false
  #cancelWake: (() => void) | null = null

  constructor(client: ServedClient, rules: RulesInUse | null, server: RuledServer) {
    this.connection = client.connection
    this.remote = client.remote
    this.#client = client
    this.#server = server
    this.#rules = rules
    this.#machine = rules === null ? null : new RuleMachine(client.connection, rules)
  }

  /** Lets the behaviour serve it. */
  beServedBy(behaviour: ServerBehaviour): void {
    this.#service = behaviour.serve(this)
  }

  /** Other rules, or none. */
  redefine(rules: RulesInUse | null): void {
    if (this.#isClosed) return
    this.#rules = rules
    if (this.#machine === null && rules !== null) this.#machine = new RuleMachine(this.connection, rules)
    else this.#machine?.redefine(rules, this.#nowMs())
    this.#pump()
  }

  get unsentBytes(): number {
    return this.#client.unsentBytes
  }

  write(bytes: Uint8Array): boolean {
    return this.#client.write(bytes)
  }

  end(): void {
    this.#client.end()
  }

  close(how: 'fin' | 'rst'): void {
    this.#giveUp()
    this.#client.close(how)
  }

  holdReading(held: boolean): void {
    this.#heldByServer = held
    this.#client.holdReading(held || this.#heldByRules)
  }

  received(bytes: Uint8Array): void {
    if (this.#machine === null) {
      this.#service?.received(bytes)
      return
    }
    this.#machine.accept(bytes, this.#nowMs())
    this.#pump()
  }

  drained(): void {
    this.#isBlocked = false
    this.#service?.drained?.()
    this.#pump()
  }

  peerEnded(): void {
    if (this.#machine === null) {
      this.#service?.peerEnded()
      return
    }
    this.#machine.end()
    this.#pump()
  }

  closed(): void {
    this.#giveUp()
    this.#service?.closed()
  }

  #nowMs(): number {
    return this.#server.clock.monotonicNs() / 1e6
  }

  #giveUp(): void {
    this.#isClosed = true
    this.#cancelWake?.()
    this.#cancelWake = null
    this.#machine = null
  }

  /** Does what is to be done now. What the behaviour does meanwhile must not begin it anew. */
  #pump(): void {
    if (this.#isPumping) return
    this.#isPumping = true
    try {
      while (this.#machine !== null && !this.#isBlocked && !this.#isReadingFile) {
        if (this.#do(this.#machine)) break
      }
    } finally {
      this.#isPumping = false
    }
    if (this.#machine === null) return
    const { isBusy } = this.#machine
    if (this.#rules === null && this.#machine.isIdle) this.#machine = null
    if (isBusy === this.#heldByRules || this.#isClosed) return
    this.#heldByRules = isBusy
    this.#client.holdReading(isBusy || this.#heldByServer)
  }

  /** True when there is nothing more to be done now. */
  #do(machine: RuleMachine): boolean {
    const step = machine.next(this.#nowMs())
    switch (step.kind) {
      case 'pass':
        this.#service?.received(step.bytes)
        return false
      case 'pass-end':
        this.#service?.peerEnded()
        return false
      case 'applied':
        this.#server.onApplied(step.ruleId)
        return false
      case 'reply':
        this.#reply(step)
        return false
      case 'end':
        this.#client.end()
        return false
      case 'reset':
        this.close('rst')
        return true
      case 'problem':
        this.#server.onProblem(this.connection, step.error)
        return false
      case 'wait':
        this.#wakeAt(step.untilMs)
        return true
      default:
        return step satisfies never
    }
  }

  #reply(step: ReplyStep): void {
    const file = this.#server.composer.file(step)
    if (file === null) {
      this.#send(step)
      return
    }
    this.#isReadingFile = true
    void file.then((content) => {
      this.#isReadingFile = false
      if (this.#isClosed) return
      this.#send(step, content)
      this.#pump()
    })
  }

  #send(step: ReplyStep, file?: FileContent): void {
    const composed = this.#server.composer.compose(step, file)
    if (composed.ok) this.#isBlocked = !this.#client.write(composed.bytes)
    else this.#server.onProblem(this.connection, composed.error)
  }

  #wakeAt(timeMs: number | null): void {
    this.#cancelWake?.()
    this.#cancelWake = null
    if (timeMs === null) return
    const woken = (): void => {
      this.#cancelWake = null
      this.#pump()
    }
    const delayMs = timeMs - this.#nowMs()
    if (delayMs > 0) {
      this.#cancelWake = this.#server.clock.wakeAfter(delayMs, woken)
      return
    }
    const immediate = setImmediate(woken)
    this.#cancelWake = () => clearImmediate(immediate)
  }
}
