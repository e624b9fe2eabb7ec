import type { OddItem } from './odd-items.js';

export interface ListQuery {
  /** Creation times in milliseconds, both included; `to` 0 for none. */
  readonly from: number;
  readonly to: number;
  /** '' for the first page. */
  readonly after: string;
  /** Only what has not ended. */
  readonly isOpen: boolean;
}

export interface Page<Item> {
  readonly data: readonly Item[];
  readonly pagination: { readonly next?: string | null | undefined };
}

export interface Item {
  readonly id: string;
  readonly createdAt: string;
  readonly metadata?: unknown;
}

/** A list that filters by creation only, newest first, of things that change until they end, and a little after. */
export interface Source<Listed extends Item> {
  readonly endpoint: string;
  /** Does the list find what has not ended by itself, rather than by reading everything? */
  readonly canListOpen: boolean;
  /** Throws `unprocessable` where the window holds more than the server lists. */
  list(query: ListQuery): Promise<Page<Listed>>;
  hasEnded(item: Listed): boolean;
  /** Is it to be a record? */
  isWanted(item: Listed): boolean;
  /** Can an item that was wanted stop being so? */
  readonly canBeDropped: boolean;
  /** Of an item that is not wanted: could it have been before? */
  mayHaveBeenWanted(item: Listed): boolean;
  /** Asks for one item; absent where the key may not. */
  exists?(id: string): Promise<boolean>;
}

/** Where records and the checkpoint go. */
export interface Sink<Listed> {
  save(items: Listed[]): Promise<void>;
  /** Deletes those that are stored. */
  remove(items: { id: string }[]): Promise<void>;
  checkpoint(): Promise<void>;
  /** Notes items that no record can be made of. */
  leaveOut(items: readonly OddItem[]): Promise<void>;
}
