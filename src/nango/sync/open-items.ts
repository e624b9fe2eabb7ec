import { integer, type Stretch, Stretches } from './stretches.js';

/** How much of the open items a checkpoint has room for. */
export interface Room {
  /** Characters of ids with their times. */
  readonly ids: number;
  readonly stretches: number;
}

/** The time in eight digits of base 36, which last until 2059; a space or a percent sign in the id is escaped. */
const entryOf = (id: string, time: number) =>
  `${time.toString(36).padStart(8, '0')}${id.replace(/[%\s]/g, encodeURIComponent)}`;

/** Characters of an entry in a checkpoint, where anything but ASCII is escaped. */
const lengthOf = (entry: string) => 1 + (/^[\x20-\x7e]*$/.test(entry) ? entry.length : 6 * entry.length);

/**
 * The items that had not ended when they were last seen. Their ids are kept while a checkpoint has room for them; beyond
 * that stretches of creation time, which show that something has left them, but not what.
 */
export class OpenItems {
  readonly #room: Room;
  #ids: Map<string, number> | undefined = new Map();
  #stretches: Stretches;
  #characters = 0;
  /** As in a checkpoint, where it is known: most of it stays the same from page to page. */
  #text: string | undefined;

  constructor(room: Room, ids: Iterable<readonly [id: string, time: number]> = []) {
    this.#room = room;
    this.#stretches = new Stretches(room.stretches);
    for (const [id, time] of ids) {
      this.add(id, time);
    }
  }

  /** Ids and creation times in milliseconds; undefined where there are too many. */
  get ids(): ReadonlyMap<string, number> | undefined {
    return this.#ids;
  }

  /** Oldest first; none while ids are kept. */
  get stretches(): readonly Stretch[] {
    return this.#stretches.all;
  }

  /** How many there are, at least. */
  get size(): number {
    return this.#ids?.size ?? this.stretches.reduce((sum, { count }) => sum + Math.max(0, count), 0);
  }

  /** Creation times, oldest first: outside of these nothing that is known is open. */
  spans(): { from: number; to: number }[] {
    return this.#ids === undefined
      ? this.stretches.map(({ from, to }) => ({ from, to }))
      : [...this.#ids.values()].sort((a, b) => a - b).map((time) => ({ from: time, to: time }));
  }

  has(id: string): boolean {
    return this.#ids?.has(id) === true;
  }

  /** Once for each item where stretches are kept: they cannot tell whether they hold it. */
  add(id: string, time: number): void {
    if (this.#ids === undefined) {
      this.#text = undefined;
      this.#stretches.add(id, time);
    } else if (!this.#ids.has(id)) {
      const entry = entryOf(id, time);
      this.#ids.set(id, time);
      this.#text &&= `${this.#text} ${entry}`;
      this.#characters += lengthOf(entry);
      if (this.#characters > this.#room.ids) {
        this.#forgetIds();
      }
    }
  }

  /** Of one that was added before. */
  delete(id: string, time: number): void {
    this.#text = undefined;
    if (this.#ids === undefined) {
      this.#stretches.delete(id, time);
    } else if (this.#ids.delete(id)) {
      this.#characters -= lengthOf(entryOf(id, time));
    }
  }

  /** A stretch of which only this is known: something in it may be open. */
  addUnknown(from: number, to: number): void {
    this.#text = undefined;
    this.#forgetIds();
    this.#stretches.addUnknown(from, to);
  }

  #forgetIds(): void {
    const ids = this.#ids ?? [];
    this.#ids = undefined;
    this.#text = undefined;
    for (const [id, time] of ids) {
      this.#stretches.add(id, time);
    }
  }

  toString(): string {
    this.#text ??=
      this.#ids === undefined
        ? `stretches ${this.#stretches}`
        : ['ids', ...[...this.#ids].map(([id, time]) => entryOf(id, time))].join(' ');
    return this.#text;
  }

  /** Throws where the text is not one of `toString`. */
  static parse(text: string, room: Room): OpenItems {
    const [kind, ...entries] = text.split(' ').filter((entry) => entry !== '');
    if (kind === 'ids') {
      return new OpenItems(
        room,
        entries.map((entry) => [decodeURIComponent(entry.slice(8)), integer(entry.slice(0, 8))] as const),
      );
    }
    if (kind !== 'stretches') {
      throw new TypeError('not a list of open items');
    }
    const items = new OpenItems(room);
    items.#ids = undefined;
    items.#stretches = Stretches.parse(entries, room.stretches);
    return items;
  }
}
