/** Scripts in QuickJS: no files, network, clock, timers or modules; limits of time, memory and stack. */
import variant from '@jitl/quickjs-singlefile-mjs-release-sync'
import {
  newQuickJSWASMModuleFromVariant,
  newVariant,
  type QuickJSContext,
  type QuickJSHandle,
  type QuickJSRuntime,
} from 'quickjs-emscripten-core'
import type { ScriptReply, ScriptRequest } from './script-messages.ts'
import { scriptPrelude } from './script-prelude.ts'

type RunRequest = Extract<ScriptRequest, { kind: 'run' }>

const stackBytes = 256 * 1024
const pageBytes = 64 * 1024
/** What the interpreter needs to begin with, much of which stays free. */
const initialPages = 256
/** Reading a script must not take longer. */
const checkTimeMs = 1000
/** More scripts than a table can have: old ones of tables that were changed. */
const mostKeptScripts = 2000
/** Follow-ups of promises, which nobody waits for. */
const mostPendingJobs = 1000
const fileName = 'script.js'

/** The scripts of one server. They share `state` and nothing else on purpose. */
export class ScriptSandbox {
  readonly #runtime: QuickJSRuntime
  readonly #context: QuickJSContext
  readonly #invoke: QuickJSHandle
  readonly #scripts = new Map<string, QuickJSHandle>()
  #deadlineMs = Infinity

  /**
   * `memoryBytes` is for all scripts and their state. The limit is that of the WebAssembly memory: the interpreter's own one
   * counts pieces and not their sizes in this build.
   */
  static async make(memoryBytes: number): Promise<ScriptSandbox> {
    const maximum = initialPages + Math.ceil(memoryBytes / pageBytes)
    const wasmMemory = new WebAssembly.Memory({ initial: initialPages, maximum })
    const quickJs = await newQuickJSWASMModuleFromVariant(newVariant(variant, { wasmMemory }))
    return new ScriptSandbox(quickJs.newRuntime(), wasmMemory)
  }

  private constructor(runtime: QuickJSRuntime, memory: WebAssembly.Memory) {
    this.#runtime = runtime
    runtime.setMaxStackSize(stackBytes)
    runtime.setInterruptHandler(() => performance.now() > this.#deadlineMs)
    this.#context = runtime.newContext()
    this.#invoke = this.#context.unwrapResult(this.#context.evalCode(scriptPrelude, 'prelude.js'))
    // What is free of the memory to begin with belongs to no script: from here on all of it is what `make` allows.
    while (memory.buffer.byteLength <= initialPages * pageBytes) {
      this.#context.newArrayBuffer(new ArrayBuffer(pageBytes))
    }
  }

  answer(request: ScriptRequest): ScriptReply {
    try {
      return request.kind === 'run' ? this.#run(request) : this.#check(request.source)
    } catch (thrown) {
      // Deep nesting takes up the stack of the interpreter itself.
      return thrown instanceof RangeError ? { kind: 'memory' } : { kind: 'broken', reason: String(thrown) }
    }
  }

  #check(source: string): ScriptReply {
    this.#deadlineMs = performance.now() + checkTimeMs
    const script = this.#compile(source)
    return 'kind' in script ? script : { kind: 'readable' }
  }

  #run({ source, parametersText, count, timeMs }: RunRequest): ScriptReply {
    this.#deadlineMs = performance.now() + timeMs
    const script = this.#compile(source)
    if ('kind' in script) return script
    const context = this.#context
    const [parameters, counted] = [context.newString(parametersText), context.newNumber(count)]
    const result = context.callFunction(this.#invoke, context.undefined, script, parameters, counted)
    parameters.dispose()
    counted.dispose()
    if (result.error !== undefined) {
      const { name, message } = this.#read(result.error)
      // Errors of scripts are caught; without memory not even that can be done.
      return isInterruption(name, message) ? { kind: 'timeout' } : { kind: 'memory' }
    }
    const text = context.getString(result.value)
    result.value.dispose()
    this.#runtime.executePendingJobs(mostPendingJobs).dispose()
    return replyOf(text)
  }

  #compile(source: string): QuickJSHandle | ScriptReply {
    const kept = this.#scripts.get(source)
    if (kept !== undefined) return kept
    // All in the first line, so that lines are those of the source.
    const result = this.#context.evalCode(
      `(function (parameters, count, state, fail) { 'use strict'; ${source}\n})`,
      fileName,
    )
    if (result.error !== undefined) return this.#unreadable(result.error)
    if (this.#context.typeof(result.value) !== 'function') {
      result.value.dispose()
      return { kind: 'malformed', line: 1, reason: 'It closes a brace that it did not open.' }
    }
    if (this.#scripts.size >= mostKeptScripts) {
      for (const handle of this.#scripts.values()) handle.dispose()
      this.#scripts.clear()
    }
    this.#scripts.set(source, result.value)
    return result.value
  }

  #unreadable(error: QuickJSHandle): ScriptReply {
    const { name, message, stack } = this.#read(error)
    if (isInterruption(name, message)) return { kind: 'timeout' }
    if (name === '' || message === 'out of memory') return { kind: 'memory' }
    const line = new RegExp(`${fileName}:(\\d+)`).exec(stack)?.[1]
    return { kind: 'malformed', line: Number(line ?? 1), reason: `${capitalised(message)}.` }
  }

  #read(error: QuickJSHandle): { readonly name: string; readonly message: string; readonly stack: string } {
    const textOf = (key: string): string => {
      const value = this.#context.getProp(error, key)
      const text = this.#context.getString(value)
      value.dispose()
      return text
    }
    const read = { name: textOf('name'), message: textOf('message'), stack: textOf('stack') }
    error.dispose()
    return read
  }
}

function isInterruption(name: string, message: string): boolean {
  return name === 'InternalError' && message === 'interrupted'
}

function replyOf(text: string): ScriptReply {
  if (text.startsWith('-')) return { kind: 'returned', valueText: null }
  if (text.startsWith('=')) return { kind: 'returned', valueText: text.slice(1) }
  const [message, extra] = JSON.parse(text.slice(1)) as [string, unknown]
  return { kind: 'failed', message: message.slice(1), extraText: extra === null ? null : JSON.stringify(extra) }
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
