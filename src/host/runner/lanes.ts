import { FairQueue, type Whose } from './fair-queue.js';

/** Milliseconds for which a run keeps its lane while another run waits for one. */
export const sliceMs = 250;

/** Milliseconds for which a run stays under way, at least, while another run waits to start. */
export const turnMs = 60_000;

/** Runs under way for each lane: those without a lane hold memory and sockets. */
const underWayPerLane = 16;

interface Start extends Whose {
  /** Asked for by somebody, rather than due. */
  readonly isAsked: boolean;
  /** Called once, with the first lane. */
  readonly begin: (lane: Lane) => void;
  /** Called where so many runs are under way that this one has to end and go on later. */
  readonly makeRoom: () => void;
}

/** The right of one run to work: a server that is slow or far away keeps a run waiting, never a lane. */
export class Lane {
  readonly start: Start;
  readonly #lanes: Lanes;
  /** Since when it is held, in milliseconds since 1970; undefined while it is not. */
  heldSince: number | undefined;
  /** Since when its run is under way; undefined before and afterwards. */
  underWaySince: number | undefined;
  isLeaving = false;
  #turn: { readonly promise: Promise<void>; readonly begin: () => void } | undefined;

  constructor(lanes: Lanes, start: Start) {
    this.#lanes = lanes;
    this.start = start;
  }

  get isHeld(): boolean {
    return this.heldSince !== undefined;
  }

  /** Waits until the lane is held again; also ends with the run. */
  again(): Promise<void> {
    if (this.isHeld || this.underWaySince === undefined) {
      return Promise.resolve();
    }
    if (this.#turn === undefined) {
      let begin: () => void = () => undefined;
      const promise = new Promise<void>((resolve) => {
        begin = resolve;
      });
      this.#turn = { promise, begin };
      // Granted before this returns where a lane is free, and then the turn is over.
      this.#lanes.goOn(this);
      return promise;
    }
    return this.#turn.promise;
  }

  /** Whoever waits for it goes on. */
  granted(): void {
    const turn = this.#turn;
    this.#turn = undefined;
    turn?.begin();
  }

  /** The run has ended, or is to begin no more. */
  leave(): void {
    this.#lanes.leave(this);
  }
}

/**
 * So many runs work at once. Others wait in turn: those that somebody asked for, those that are due, and those that go
 * on after a wait each have every third turn, over base URLs and within one over its connections.
 */
export class Lanes {
  readonly #size: number;
  readonly #now: () => number;
  /** The one that holds its lane longest first. */
  readonly #held = new Set<Lane>();
  /** The one that is under way longest first. */
  readonly #underWay = new Set<Lane>();
  readonly #asked = new FairQueue<Lane>();
  readonly #due = new FairQueue<Lane>();
  readonly #goingOn = new FairQueue<Lane>();
  /** The next in turn first. */
  #queues = [this.#asked, this.#goingOn, this.#due];
  #timer: NodeJS.Timeout | undefined;

  constructor(size: number, now: () => number) {
    this.#size = size;
    this.#now = now;
  }

  get size(): number {
    return this.#size;
  }

  /** Runs that wait to start. */
  get waiting(): number {
    return this.#asked.size + this.#due.size;
  }

  get underWay(): number {
    return this.#underWay.size;
  }

  get #isFull(): boolean {
    return this.#underWay.size >= this.#size * underWayPerLane;
  }

  /** Begins a run when it has a lane: at once where one is free. */
  enter(start: Start): Lane {
    const lane = new Lane(this, start);
    (start.isAsked ? this.#asked : this.#due).add(start, lane);
    this.#serve();
    return lane;
  }

  goOn(lane: Lane): void {
    this.#goingOn.add(lane.start, lane);
    this.#serve();
  }

  leave(lane: Lane): void {
    for (const queue of this.#queues) {
      queue.remove(lane.start, lane);
    }
    lane.heldSince = undefined;
    lane.underWaySince = undefined;
    this.#held.delete(lane);
    this.#underWay.delete(lane);
    lane.granted();
    this.#serve();
  }

  #next(): Lane | undefined {
    for (const queue of this.#queues) {
      if (queue.size > 0 && (queue === this.#goingOn || !this.#isFull)) {
        this.#queues = [...this.#queues.filter((other) => other !== queue), queue];
        return queue.next();
      }
    }
    return undefined;
  }

  #serve(): void {
    while (this.#held.size < this.#size) {
      const lane = this.#next();
      if (lane === undefined) {
        break;
      }
      const now = this.#now();
      lane.heldSince = now;
      this.#held.add(lane);
      if (lane.underWaySince === undefined) {
        lane.underWaySince = now;
        this.#underWay.add(lane);
        lane.start.begin(lane);
      } else {
        lane.granted();
      }
    }
    this.#arm();
  }

  /** Looks again when the next lane or the next place may be taken from a run; only while another one waits. */
  #arm(): void {
    clearTimeout(this.#timer);
    const [oldest] = this.#held;
    const times: number[] = [];
    if (oldest?.heldSince !== undefined && this.waiting + this.#goingOn.size > 0) {
      times.push(left(oldest.heldSince, sliceMs, this.#now()));
    }
    const last = this.#lastToStay();
    if (last !== undefined) {
      times.push(left(last.underWaySince, turnMs, this.#now()));
    }
    if (times.length > 0) {
      this.#timer = setTimeout(this.#take, Math.min(...times)).unref();
    }
  }

  /** Nothing of a run is at work when a timer fires: it waits for its server, for a pause or for its store. */
  readonly #take = (): void => {
    const now = this.#now();
    const [oldest] = this.#held;
    if (oldest?.heldSince !== undefined && left(oldest.heldSince, sliceMs, now) === 0) {
      oldest.heldSince = undefined;
      this.#held.delete(oldest);
    }
    const last = this.#lastToStay();
    if (last !== undefined && left(last.underWaySince, turnMs, now) === 0) {
      last.isLeaving = true;
      last.start.makeRoom();
    }
    this.#serve();
  };

  /** Whose place is the next for a run that waits to start: the oldest run of the base URL that has most under way. */
  #lastToStay(): Lane | undefined {
    const lanes = [...this.#underWay];
    const staying = lanes.filter(({ isLeaving }) => !isLeaving);
    if (!this.#isFull || lanes.length - staying.length >= this.waiting) {
      return undefined;
    }
    const counts = new Map<string, number>();
    for (const { start } of staying) {
      counts.set(start.baseUrl, (counts.get(start.baseUrl) ?? 0) + 1);
    }
    const most = Math.max(...counts.values());
    return staying.find(({ start }) => counts.get(start.baseUrl) === most);
  }
}

/** Milliseconds that are left of `ms`; none of what began in the future, by a clock that was set back since. */
const left = (since: number | undefined, ms: number, now: number) =>
  since === undefined || since > now ? 0 : Math.max(0, since + ms - now);
