/**
 * Telemetry of the mirror: one round after another, the same rounds for the same commands. With the motors off a round has 3
 * messages, with the motors on 19 and about 9 kB (seed-systems 3.8). What only commands change is written once.
 */
import {
  actuatorCount,
  axialActuatorCount,
  millimetersPerStep,
  positionAxes,
  PowerType,
  ringTemperatureCount,
} from './mirror-constants.ts'
import { demandedForces, gravityForces, hardpointForces, temperatureForces, type Forces } from './mirror-forces.ts'
import type { Mirror } from './mirror.ts'
import {
  messageLine,
  writtenList,
  writtenReal,
  writtenReals,
  writtenWholes,
  type WrittenMembers,
} from './message-line.ts'

const seed = 20_180_831
const statusValues = 16
const zenithElevationDegrees = 90
const inclinometerOffsetDegrees = 0.94

/** Where the encoders stand with no step done, in micrometers. */
const encoderHome = Array.from({ length: actuatorCount }, (_, index) => -1689.23 - 131.7 * Math.sin(0.37 * index + 0.6))

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

export class TelemetryRounds {
  readonly #mirror: Mirror
  #state = seed
  #count = 0
  #fixedForces: { readonly revision: number; readonly axial: FixedForces; readonly tangent: FixedForces } | null = null
  #fixedSteps: { readonly revision: number; readonly lines: readonly string[] } | null = null

  constructor(mirror: Mirror) {
    this.#mirror = mirror
  }

  /** The messages of the next round, as lines. */
  next(): readonly string[] {
    const mirror = this.#mirror
    const status = this.#count++ % statusValues
    const always = [
      messageLine('powerStatusRaw', this.#powerStatus()),
      messageLine('powerStatus', this.#powerStatus()),
      messageLine('displacementSensors', this.#displacement()),
    ]
    if (!mirror.isPowered(PowerType.motor)) return always
    const measured = this.#measured()
    const raw = this.#noisy(zenithElevationDegrees)
    const processed = raw - inclinometerOffsetDegrees
    return [
      ...always,
      messageLine('ilcData', { status: writtenWholes(new Array<number>(actuatorCount).fill(status)) }),
      messageLine('netForcesTotal', netForces(measured)),
      messageLine('netMomentsTotal', netMoments(measured)),
      ...this.#forceLines(measured),
      messageLine('forceBalance', { ...netForces(hardpointForces), ...netMoments(hardpointForces) }),
      messageLine('position', this.#position(0)),
      messageLine('positionIMS', this.#position(1)),
      messageLine('temperature', this.#temperature()),
      messageLine('zenithAngle', {
        measured: writtenReal(90 - processed),
        inclinometerRaw: writtenReal(raw),
        inclinometerProcessed: writtenReal(processed),
      }),
      ...this.#stepLines(),
      messageLine('forceErrorTangent', {
        force: writtenReals(measured.tangent.map((force, index) => force - (gravityForces.tangent[index] ?? 0))),
        weight: writtenReal(this.#noisy(0)),
        sum: writtenReal(sum(measured.tangent)),
      }),
      messageLine('inclinometerAngleTma', { inclinometer: writtenReal(zenithElevationDegrees) }),
    ]
  }

  #powerStatus(): WrittenMembers {
    const [motor, communication] = [PowerType.motor, PowerType.communication].map((type) =>
      this.#mirror.isPowered(type) ? 1 : 0,
    )
    const written = (nominal: number): string => writtenReal(this.#noisy(nominal))
    return {
      motorVoltage: written(23 * (motor ?? 0)),
      motorCurrent: written(8.5 * (motor ?? 0)),
      commVoltage: written(23 * (communication ?? 0)),
      commCurrent: written(6.5 * (communication ?? 0)),
    }
  }

  #displacement(): WrittenMembers {
    const { x, y, z } = this.#mirror.position
    const sensors = (along: number): string =>
      writtenReals(Array.from({ length: 6 }, (_, index) => this.#noisy(7300 + 41.3 * index + along)))
    return { thetaZ: sensors((x + y) / 2), deltaZ: sensors(z) }
  }

  #measured(): Forces {
    const { appliedAxialForces, appliedTangentForces } = this.#mirror
    const demanded = demandedForces(this.#mirror, appliedAxialForces, appliedTangentForces)
    return {
      axial: demanded.axial.map((force) => this.#noisy(force)),
      tangent: demanded.tangent.map((force) => this.#noisy(force)),
    }
  }

  #forceLines(measured: Forces): string[] {
    const revision = this.#mirror.forcesRevision
    if (this.#fixedForces?.revision !== revision) this.#fixedForces = { revision, ...fixedForcesOf(this.#mirror) }
    const { axial, tangent } = this.#fixedForces
    return [
      messageLine('axialForce', forceMembers(axial, writtenReals(measured.axial))),
      messageLine('tangentForce', forceMembers(tangent, writtenReals(measured.tangent))),
    ]
  }

  #stepLines(): readonly string[] {
    const { stepsRevision: revision, steps } = this.#mirror
    if (this.#fixedSteps?.revision !== revision) {
      const positions = encoderHome.map((home, index) => home + (steps[index] ?? 0) * millimetersPerStep * 1000)
      const axial = axialActuatorCount
      const lines = [
        messageLine('axialEncoderPositions', { position: writtenReals(positions.slice(0, axial)) }),
        messageLine('tangentEncoderPositions', { position: writtenReals(positions.slice(axial)) }),
        messageLine('axialActuatorSteps', { steps: writtenWholes(steps.slice(0, axial)) }),
        messageLine('tangentActuatorSteps', { steps: writtenWholes(steps.slice(axial)) }),
      ]
      this.#fixedSteps = { revision, lines }
    }
    return this.#fixedSteps.lines
  }

  #position(noise: number): WrittenMembers {
    const { position } = this.#mirror
    const written = (value: number): string => writtenReal(noise === 0 ? value : this.#noisy(value))
    return Object.fromEntries(positionAxes.map((axis) => [axis, written(position[axis])]))
  }

  #temperature(): WrittenMembers {
    const around = (degrees: number, count: number): string =>
      writtenList(Array.from({ length: count }, () => writtenReal(this.#noisy(degrees))))
    return { ring: around(24.98, ringTemperatureCount), intake: around(24.48, 2), exhaust: around(25.48, 2) }
  }

  /** A value that trembles by up to 0.1, most often by less than 0.05. */
  #noisy(value: number): number {
    return value + (this.#random() + this.#random() - 1) * 0.1
  }

  /** From 0 to 1 (mulberry32). */
  #random(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** The lists of a force message that only commands change, written. */
interface FixedForces {
  readonly lutGravity: string
  readonly lutTemperature: string
  readonly applied: string
  readonly hardpointCorrection: string
}

function fixedForcesOf(mirror: Mirror): { readonly axial: FixedForces; readonly tangent: FixedForces } {
  return {
    axial: {
      lutGravity: writtenReals(gravityForces.axial),
      lutTemperature: writtenReals(temperatureForces(mirror)),
      applied: writtenReals(mirror.appliedAxialForces),
      hardpointCorrection: writtenReals(hardpointForces.axial),
    },
    tangent: {
      lutGravity: writtenReals(gravityForces.tangent),
      lutTemperature: writtenReals([]),
      applied: writtenReals(mirror.appliedTangentForces),
      hardpointCorrection: writtenReals(hardpointForces.tangent),
    },
  }
}

const forceMembers = ({ hardpointCorrection, ...before }: FixedForces, measured: string): WrittenMembers => ({
  ...before,
  measured,
  hardpointCorrection,
})

/** Tangent links stand around the mirror every 60 degrees. */
const angleOf = (index: number): number => (index * Math.PI) / 3

const netForces = ({ axial, tangent }: Forces): WrittenMembers => ({
  fx: writtenReal(sum(tangent.map((force, index) => force * Math.cos(angleOf(index))))),
  fy: writtenReal(sum(tangent.map((force, index) => force * Math.sin(angleOf(index))))),
  fz: writtenReal(sum(axial)),
})

const actuatorRadiusMeters = 1.2
const tangentRadiusMeters = 1.78

const netMoments = ({ axial, tangent }: Forces): WrittenMembers => {
  const lever = (index: number): number => (index * 2 * Math.PI) / axialActuatorCount
  return {
    mx: writtenReal(sum(axial.map((force, index) => force * actuatorRadiusMeters * Math.sin(lever(index))))),
    my: writtenReal(sum(axial.map((force, index) => force * actuatorRadiusMeters * Math.cos(lever(index))))),
    mz: writtenReal(sum(tangent) * tangentRadiusMeters),
  }
}
