/**
 * The mirror: what its commands change and its messages tell. It has no clock; whoever serves it calls `tick` ten times a
 * second while a client is there.
 *
 * Rules:
 * - Power systems are on from powering on until powering off begins. The digital input follows them, the digital output
 *   follows them and the closed loop.
 * - In position means at rest: after a command that moves the mirror or changes its forces it is out of position for
 *   `settlingTicks` ticks, while the position goes to where it shall be.
 * - A script is through after 100 ticks. Actuators go 500 steps a tick.
 */
import {
  actuatorCount,
  axialActuatorCount,
  ClosedLoopControlMode,
  communicationInputs,
  configurationFiles,
  DigitalOutput,
  homePosition,
  initialEnabledFaultsMask,
  initialFaults,
  InnerLoopControlMode,
  innerLoopControllerCount,
  interlockPowerRelay,
  motorInputs,
  positionAxes,
  PowerSystemState,
  PowerType,
  ringTemperatureCount,
  tangentLinkCount,
  unpoweredDigitalInput,
  type ConfigurationFile,
  type MirrorPosition,
} from './mirror-constants.ts'

/** Ticks of the mirror in a second. */
export const ticksPerSecond = 10
const settlingTicks = 5
const stepsPerTick = 500
const scriptPercentagePerTick = 1

const poweredStates: readonly PowerSystemState[] = [
  PowerSystemState.poweringOn,
  PowerSystemState.resettingBreakers,
  PowerSystemState.poweredOn,
]

/** Actuators on their way, or paused on it. */
interface ActuatorMovement {
  readonly actuators: readonly number[]
  remainingSteps: number
  isRunning: boolean
}

interface Script {
  readonly name: string
  percentage: number
  isRunning: boolean
}

const zeros = (length: number): number[] => new Array<number>(length).fill(0)

export class Mirror {
  readonly power: Record<PowerType, PowerSystemState> = {
    [PowerType.motor]: PowerSystemState.init,
    [PowerType.communication]: PowerSystemState.init,
  }
  /** Bits that commands set; those of power and closed loop are added when it is asked for. */
  outputs: number =
    DigitalOutput.interlockEnable | DigitalOutput.resetMotorBreakers | DigitalOutput.resetCommunicationBreakers
  /** Released until power or outputs change for the first time, as the original tells it. */
  isInterlockEngaged = false
  closedLoopControlMode: ClosedLoopControlMode = ClosedLoopControlMode.idle
  innerLoopModes: InnerLoopControlMode[] = new Array<InnerLoopControlMode>(innerLoopControllerCount).fill(
    InnerLoopControlMode.unknown,
  )
  isCommandableByDds = true
  usesExternalElevation = false
  comparesAngles = false
  maximumAngleDifferenceDegrees = 2
  usesTemperatureForces = true
  /** Numbers as Python writes those that were set: integers stay integers. */
  ringTemperatureOffsets: readonly string[] = new Array<string>(ringTemperatureCount).fill('21.0')
  configurationFile: ConfigurationFile = configurationFiles[3]
  faults = initialFaults
  /** 64 bits. */
  enabledFaultsMask = initialEnabledFaultsMask
  /** From 0: three axial ones, three tangent links. */
  hardpoints: readonly number[] = [5, 15, 25, 73, 75, 77]
  isOpenLoopMaximumEnabled = false
  appliedAxialForces: readonly number[] = zeros(axialActuatorCount)
  appliedTangentForces: readonly number[] = zeros(tangentLinkCount)
  /** Grows with every change of what the forces of telemetry are made of. */
  forcesRevision = 0
  readonly steps = zeros(actuatorCount)
  /** Grows with every change of the steps. */
  stepsRevision = 0
  position: MirrorPosition = homePosition
  savedPosition: MirrorPosition = homePosition
  isMountInPosition = false
  movement: ActuatorMovement | null = null
  script: Script | null = null
  #target: MirrorPosition = homePosition
  #ticksToRest = 0

  isPowered(type: PowerType): boolean {
    return poweredStates.includes(this.power[type])
  }

  get isClosedLoop(): boolean {
    return this.closedLoopControlMode === ClosedLoopControlMode.closedLoop
  }

  get isInPosition(): boolean {
    return this.#ticksToRest === 0
  }

  get digitalInput(): number {
    const communication = this.isPowered(PowerType.communication) ? communicationInputs : 0
    const motor = this.isPowered(PowerType.motor) ? motorInputs : 0
    return (unpoweredDigitalInput & ~communication & ~motor) >>> 0
  }

  get digitalOutput(): number {
    return (
      this.outputs |
      (this.isPowered(PowerType.communication) ? DigitalOutput.communicationPower : 0) |
      (this.isPowered(PowerType.motor) ? DigitalOutput.motorPower : 0) |
      (this.isClosedLoop ? DigitalOutput.closedLoopControl : 0)
    )
  }

  /** Engaged unless its output is set and its power relay is off. */
  checkInterlock(): void {
    const isReleased =
      (this.digitalOutput & DigitalOutput.interlockEnable) !== 0 && (this.digitalInput & interlockPowerRelay) === 0
    this.isInterlockEngaged = !isReleased
  }

  /** Something moves or pulls anew: out of position until it has settled. */
  unsettle(): void {
    this.#ticksToRest = settlingTicks
  }

  moveTo(target: MirrorPosition): void {
    this.#target = target
    this.unsettle()
  }

  /** Where it is now is home. */
  setHome(): void {
    this.position = homePosition
    this.#target = homePosition
  }

  resetSteps(): void {
    this.steps.fill(0)
    this.stepsRevision++
  }

  /** The open loop stops where it is; of closed and open loop only one can run. */
  stopMovement(): void {
    this.movement = null
  }

  /** A tenth of a second passes. True: the script went on. */
  tick(): boolean {
    this.#settle()
    this.#moveActuators()
    const { script } = this
    if (script?.isRunning !== true) return false
    script.percentage = Math.min(100, script.percentage + scriptPercentagePerTick)
    script.isRunning = script.percentage < 100
    return true
  }

  #settle(): void {
    if (this.#ticksToRest === 0) return
    const ticks = this.#ticksToRest--
    const [from, to] = [this.position, this.#target]
    const entries = positionAxes.map((axis) => [
      axis,
      ticks === 1 ? to[axis] : from[axis] + (to[axis] - from[axis]) / ticks,
    ])
    this.position = Object.fromEntries(entries) as MirrorPosition
  }

  #moveActuators(): void {
    const { movement } = this
    if (movement?.isRunning !== true) return
    const steps = Math.sign(movement.remainingSteps) * Math.min(stepsPerTick, Math.abs(movement.remainingSteps))
    for (const actuator of movement.actuators) this.steps[actuator] = (this.steps[actuator] ?? 0) + steps
    this.stepsRevision++
    movement.remainingSteps -= steps
    if (movement.remainingSteps === 0) this.movement = null
  }
}
